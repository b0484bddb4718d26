import { TestkitError } from "../../errors/testkit-error.ts";
import type { Cassette, Entry, RecordedResponse } from "../../gateway/cassette/cassette.ts";
import { loadCassette } from "../../gateway/cassette/store.ts";
import type { Json, JsonObject } from "../../gateway/json.ts";
import { resolveBlocks } from "../../gateway/key.ts";
import { scopeName } from "../../gateway/misses/miss-report.ts";
import { readable } from "../../gateway/misses/readable.ts";
import { plural } from "../../gateway/plural.ts";
import { SEGMENTS } from "../../gateway/request.ts";
import { EXIT } from "../exit-codes.ts";
import { type OutputFlags, print, shown } from "../output.ts";
import { cassettesIn } from "./paths.ts";

/** So many numbers of a vector tell it from another. */
const SHOWN_NUMBERS = 4;

interface ShowFlags extends OutputFlags {
  entry?: string;
  scope?: string;
}

/** `cassettes show`: one cassette for people, with its blocks in their places. Exit code 1 when no entry is chosen. */
export async function show(file: string, flags: ShowFlags): Promise<void> {
  const [path, another] = await cassettesIn([file]);
  const cassette = path !== undefined && another === undefined ? await loadCassette(path) : undefined;
  if (path === undefined || !cassette) {
    throw new TestkitError("INVALID_OPTION", { what: `${file} is not one cassette.` });
  }
  const { entry = "", scope } = flags;
  const chosen = cassette.entries.filter(
    ({ request }) => request.key.startsWith(entry) && (scope === undefined || request.scope === scope),
  );
  if (chosen.length === 0) process.exitCode = EXIT.failed;
  const document = {
    path: shown(path),
    test: cassette.test,
    entries: chosen.map((one) => toJson(one, cassette)),
  };
  const counted = `${chosen.length} of ${plural(cassette.entries.length, "entry", "entries")}`;
  const heading = [shown(path), `test: ${cassette.test}`, `entries: ${counted}`];
  print(flags, document, [...heading, ...chosen.flatMap((one) => lines(one, cassette))]);
}

function toJson({ request, response }: Entry, { blocks }: Cassette): JsonObject {
  const { key, provider, path, model, scope, segments } = request;
  return {
    key,
    provider,
    path,
    model,
    scope,
    request: { ...resolveBlocks(segments, blocks) },
    response: answer(response),
  };
}

function answer(response: RecordedResponse): JsonObject {
  const { status } = response;
  if ("body" in response) return { status, body: response.body };
  if ("events" in response) return { status, events: response.events.map((event) => ({ ...event })) };
  const { value, tokens } = response;
  if (typeof value === "number") return { status, score: value, tokens };
  const [...beginning] = value.subarray(0, SHOWN_NUMBERS);
  return { status, vector: { length: value.length, beginning }, tokens };
}

function lines({ request, response }: Entry, { blocks }: Cassette): string[] {
  const { key, provider, path, model, scope } = request;
  const segments = resolveBlocks(request.segments, blocks);
  const { status, ...content } = answer(response);
  return [
    "",
    `── ${key.slice(0, 8)} ${scopeName(scope)}, ${model} (${provider}${path})`,
    ...SEGMENTS.filter((name) => segments[name] !== null).flatMap((name) => section(name, segments[name])),
    ...Object.entries(content).flatMap(([name, value]) => section(`answer ${status}, ${name}`, value)),
  ];
}

function section(title: string, value: Json): string[] {
  return [`${title}:`, readable(value).replace(/^(?=.)/gm, "  ")];
}
