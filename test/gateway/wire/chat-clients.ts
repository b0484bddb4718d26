/** Runs a client of a provider against the gateway: once recorded, once replayed without the provider. */
import { expect } from "vitest";
import type { GatewayTest } from "../../../src/gateway/gateway-test.ts";
import { type GatewayFixture, startGateway } from "../gateway-fixture.ts";
import type { Script, ScriptedRequest } from "../scripted-openai.ts";

export const OLD = "0f8fad5b-d9cb-469f-a165-70867728950e";
export const NEW = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
/** As a signature may look: nothing in it is an id or an instant, though parts of it seem to be. */
export const SIGNATURE = `${OLD} {{id 1}} 2025-01-01 Eu4B+/==`;

export interface Provider {
  provider: string;
  script: Script;
  /** The end of the recorded provider's base URL. */
  version?: string;
}

export async function startProvider({ provider, script, version = "" }: Provider) {
  const f = await startGateway({ script });
  const baseUrl = f.provider.baseUrl.replace("/v1", version);
  const begin = (mode: GatewayTest["mode"]) =>
    f.gateway.beginTest({
      ...f.test(mode),
      upstreams: mode === "replay" ? {} : { llm: { provider, baseUrl, apiKey: "the-real-key" } },
    });
  /** For a program that says nothing of sandboxes. */
  const base = f.gateway.baseUrl("1", provider, "test");
  return { f, begin, base };
}

/**
 * What `run` gives is the same when it is replayed.
 * @param run asks with the id of the run; what it gives is compared with ids of the first run.
 */
export async function recordAndReplay<T>(
  options: Provider,
  run: (base: string, id: string, f: GatewayFixture) => Promise<T>,
): Promise<{ recorded: T; requests: ScriptedRequest[]; cassette: string }> {
  const { f, begin, base } = await startProvider(options);
  await begin("record");
  const recorded = await run(base, OLD, f);
  expect(await f.end()).toMatchObject({ misses: [], written: f.path() });
  const requests = [...f.provider.requests];
  await f.provider.close();
  await begin("replay");
  const replayed = await run(base, NEW, f);
  expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  const texts = JSON.stringify(recorded).replaceAll(SIGNATURE, "<signature>").replaceAll(OLD, NEW);
  expect(JSON.parse(JSON.stringify(replayed).replaceAll(SIGNATURE, "<signature>"))).toEqual(
    JSON.parse(texts),
  );
  return { recorded, requests, cassette: await f.read() };
}

/** Server-sent events; each begins with its type where the API names them so. */
export function sse(events: { type?: string; [field: string]: unknown }[], named = true): string[] {
  return events.map((data) => `${named ? `event: ${data.type}\n` : ""}data: ${JSON.stringify(data)}\n\n`);
}

export const bodyOf = <T = Record<string, unknown>>({ body }: ScriptedRequest) => body as T;
