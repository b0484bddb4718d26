import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { exists } from "../../src/reaper/process-identity.ts";
import { findContainers } from "./containers.ts";
import type { Place } from "./place.ts";
import type { Round, ScenarioName, Victim } from "./plan.ts";
import { start } from "./scenarios.ts";
import { type Stranger, startWithPid } from "./stranger.ts";
import { findFiles, findProcesses } from "./traces.ts";

/** How long after a death something may be left. */
const LEFT_FOR_MS = 5_000;
/** Processes that are not our children begin and end without an event for us. */
const LOOK_EVERY_MS = 50;
/** A run may have ended before its moment has come: then it comes sooner. */
const ATTEMPTS = 4;

export interface Outcome {
  /** How the run ended: an exit code or a signal. */
  ending: string;
  /** Milliseconds from the end of the run until nothing was left; undefined: something still is. */
  cleanAfterMs: number | undefined;
  /** Whether it took another start. */
  neededNextStart: boolean;
  /** Whether a stranger had the id of a process of ours that was noted as to be ended. */
  hadStranger: boolean;
  /** What is wrong. Empty: nothing. */
  faults: string[];
}

/** How long a scenario takes when nothing is killed, in milliseconds. */
export async function runCalmly(scenario: ScenarioName, place: Place): Promise<number> {
  const began = performance.now();
  const { exitCode, all } = await start(scenario, place);
  if (exitCode !== 0) throw new Error(`${scenario} failed without being killed:\n${all}`);
  return performance.now() - began;
}

/**
 * Kills what the round says, and looks what is left of the run.
 * @param calmMs how long the scenario takes when nothing is killed.
 */
export async function playRound(round: Round, place: Place, calmMs: number): Promise<Outcome> {
  let { ending, hasKilled } = await killDuring(round, place, calmMs);
  for (let attempt = 1; !hasKilled && attempt < ATTEMPTS; attempt++) {
    const sooner = { ...round, moment: round.moment / 2 ** attempt };
    ({ ending, hasKilled } = await killDuring(sooner, place, calmMs));
  }
  const faults: string[] = [];
  if (!hasKilled) faults.push("the run had always ended before all victims were there");
  if (ending === "timeout") faults.push("the run did not end");

  const look = round.scenario === "container" ? withContainers : findLeft;
  let cleanAfterMs = await untilNothingIsLeft(place, look);
  const neededNextStart = cleanAfterMs === undefined && round.victims.includes("reaper");
  const stranger = neededNextStart ? replaceByStranger(place) : undefined;
  if (neededNextStart) {
    // Who needs no container looks for none.
    await runCalmly(round.scenario === "container" ? "container" : "server", place);
    cleanAfterMs = await untilNothingIsLeft(place, look);
  }
  if (cleanAfterMs === undefined) faults.push(...look(place));
  if (stranger?.wasSignalled()) faults.push(`a stranger with the id ${stranger.pid} was signalled`);
  stranger?.end();
  return { ending, cleanAfterMs, neededNextStart, hadStranger: stranger !== undefined, faults };
}

async function killDuring(
  round: Round,
  place: Place,
  calmMs: number,
): Promise<{ ending: string; hasKilled: boolean }> {
  if (round.isCold) rmSync(join(place.home, "clusters"), { recursive: true, force: true });
  const run = start(round.scenario, place);
  let hasEnded = false;
  const ended = run.then((result) => {
    hasEnded = true;
    return result;
  });
  const cancel = new AbortController();
  const moment = delay(calmMs * round.moment, undefined, { signal: cancel.signal }).catch(() => {});
  await Promise.race([moment, ended]);
  cancel.abort();
  let hasKilled = false;
  while (!hasKilled && !hasEnded) {
    hasKilled = killAll(round.victims, place, run.pid);
    if (!hasKilled) await delay(LOOK_EVERY_MS);
  }
  const { exitCode, signal, timedOut } = await ended;
  return { ending: timedOut ? "timeout" : (signal ?? `exit code ${exitCode}`), hasKilled };
}

/** @returns false when one of them is not there yet, or any more. */
function killAll(victims: readonly Victim[], place: Place, runner: number | undefined): boolean {
  const found = findProcesses(place);
  const pids = victims.map((victim) =>
    victim === "runner" ? runner : found.find(({ role }) => role === victim)?.pid,
  );
  if (pids.includes(undefined)) return false;
  for (const pid of pids) {
    try {
      if (pid !== undefined) process.kill(pid, "SIGKILL");
    } catch {
      // It has ended in this very moment.
    }
  }
  return true;
}

export function findLeft(place: Place): string[] {
  const processes = findProcesses(place).map(({ pid, command }) => `left: process ${pid}, ${command}`);
  return [...processes, ...findFiles(place).map((path) => `left: ${path}`)];
}

function withContainers(place: Place): string[] {
  return [...findLeft(place), ...findContainers(place).map((name) => `left: container ${name}`)];
}

/** @returns after how many milliseconds; undefined: too much time has passed. */
export async function untilNothingIsLeft(place: Place, look = findLeft): Promise<number | undefined> {
  const since = performance.now();
  for (;;) {
    const ms = performance.now() - since;
    if (look(place).length === 0) return ms;
    if (ms > LEFT_FOR_MS) return undefined;
    await delay(LOOK_EVERY_MS);
  }
}

/** Ends a process that a manifest of the killed run names, and gives its id to a stranger, where that can be done. */
function replaceByStranger({ home }: Place): Stranger | undefined {
  const folder = join(home, "manifests");
  const manifests = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of manifests) {
    const { processes } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      processes: { pid: number }[];
    };
    for (const { pid } of processes) {
      // Postgres's, whose children see its end, and give up its directory.
      if (exists(pid)) process.kill(pid, "SIGKILL");
      const stranger = startWithPid(pid);
      if (stranger) return stranger;
    }
  }
  return undefined;
}
