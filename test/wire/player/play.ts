import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { at, isObject, mapValues } from "./json.ts";
import { Normaliser } from "./normalise.ts";
import type { Json, PlayedStep, Scenario, Step } from "./scenario.ts";
import type { ScriptedModel } from "./scripted-model.ts";

const REQUEST_TIMEOUT_MS = 60_000;
const SETTLE_TIMEOUT_MS = 60_000;
/** The server runs as users run it, on the real clock: it can only be asked whether its work is done. */
const SETTLE_INTERVAL_MS = 15;
const KEPT_HEADERS = ["x-ignored-params", "retry-after", "location"];

interface Player {
  url: string;
  model: ScriptedModel;
  headers: Record<string, string>;
  variables: Record<string, string>;
  normaliser: Normaliser;
}

/** Plays a scenario at a server, in banks of its own, which are removed afterwards. */
export async function play(url: string, model: ScriptedModel, scenario: Scenario): Promise<PlayedStep[]> {
  const run = randomBytes(3).toString("hex");
  const variables = { bank: `wire-${run}`, bank2: `wire2-${run}`, model: model.url };
  const player: Player = {
    url,
    model,
    headers: scenario.headers ?? {},
    variables,
    normaliser: new Normaliser(variables),
  };
  const steps: PlayedStep[] = [];
  for (const step of scenario.steps) steps.push(await playStep(player, step));
  model.script({ answers: [], variables: { model: model.url }, failing: {}, background: true });
  for (const bank of [variables.bank, variables.bank2]) {
    await fetch(`${url}/v1/default/banks/${bank}`, { method: "DELETE", headers: player.headers });
  }
  return steps;
}

async function playStep(player: Player, step: Step): Promise<PlayedStep> {
  const { url, model, variables, normaliser } = player;
  await readLateCalls();
  model.script({
    answers: step.llm ?? [],
    variables,
    failing: step.fail ?? {},
    // A preview of a refresh, and a reflect that fills a schema, ask like work in the background, and answer themselves.
    background:
      step.settle !== undefined || step.wait !== undefined || /\/(dry-run-refresh|reflect)\b/.test(step.do),
  });
  const headers = fillHeaders({ ...player.headers, ...step.headers }, variables);
  const response = await send(player, step, headers);
  const body = parse(await response.text());
  for (const [name, path] of Object.entries(step.save ?? {})) {
    const saved = path.startsWith("header:") ? response.headers.get(path.slice(7)) : at(body, path);
    variables[name] = saved === undefined || saved === null ? `unset-${name}` : String(saved);
  }
  if (step.wait) await pause(step.wait);
  if (step.settle) {
    const bank = typeof step.settle === "string" ? fill(step.settle, variables) : (variables.bank ?? "");
    await settle(url, bank, headers);
  }
  const kept = KEPT_HEADERS.flatMap((name): [string, string][] => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, normaliser.header(value, url)]];
  });
  const { calls, unused } = model.heard();
  return {
    do: step.do,
    status: response.status,
    type: response.headers.get("content-type")?.split(";")[0] ?? null,
    ...(kept.length > 0 && { headers: Object.fromEntries(kept) }),
    body: normaliser.body(body, step, response.status),
    llm: calls,
    ...(unused > 0 && { unused_answers: unused }),
  };
}

/**
 * Calls that were given up because one beside them failed may be on their way when the answer is here. What has reached this process
 * is taken for the step that made them: the event loop goes round once for a connection, its bytes, and the request in them.
 */
async function readLateCalls(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

function send({ url, variables }: Player, step: Step, headers: Record<string, string>): Promise<Response> {
  const [method = "", path = ""] = step.do.split(/ (.*)/);
  const body = step.body === undefined ? step.raw : JSON.stringify(fillDeep(step.body, variables));
  return fetch(url + fill(path, variables, encodeURIComponent), {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body }),
    redirect: "manual",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Waits until two looks in a row find nothing pending: work that ends may queue more. */
async function settle(url: string, bank: string, headers: Record<string, string>): Promise<void> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  for (let quiet = 0; quiet < 2; ) {
    if (performance.now() > deadline)
      throw new Error(`bank ${bank} was not settled in ${SETTLE_TIMEOUT_MS} ms`);
    quiet = (await hasOpenWork(url, bank, headers)) ? 0 : quiet + 1;
    await pause(SETTLE_INTERVAL_MS);
  }
}

async function hasOpenWork(url: string, bank: string, headers: Record<string, string>): Promise<boolean> {
  for (const status of ["pending", "processing"]) {
    const path = `/v1/default/banks/${encodeURIComponent(bank)}/operations?status=${status}&limit=1`;
    const response = await fetch(url + path, { headers });
    if (response.ok && ((await response.json()) as { total: number }).total > 0) return true;
  }
  return false;
}

function fill(text: string, variables: Record<string, string>, encode = (value: string) => value): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = variables[name];
    return value === undefined ? whole : encode(value);
  });
}

function fillDeep(value: Json, variables: Record<string, string>): Json {
  if (typeof value === "string") return fill(value, variables);
  if (Array.isArray(value)) return value.map((element) => fillDeep(element, variables));
  return isObject(value) ? mapValues(value, (own) => fillDeep(own, variables)) : value;
}

function fillHeaders(headers: Record<string, string>, variables: Record<string, string>) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value, variables)]));
}
