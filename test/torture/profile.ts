import { setTimeout as delay } from "node:timers/promises";
import { ensureDaemon } from "../../src/embedded/daemon/ensure-daemon.ts";
import { stopDaemon } from "../../src/embedded/daemon/stop-daemon.ts";
import { ProfileStore } from "../../src/embedded/profiles/profile-store.ts";
import { haveEnded } from "../../src/reaper/reap.ts";
import type { Place } from "./place.ts";
import type { Random } from "./random.ts";
import { findLeft, untilNothingIsLeft } from "./round.ts";
import { type FoundProcess, findProcesses } from "./traces.ts";

/** The latest moment of a kill, as a share of the time that the first retain of a daemon takes: some find it done. */
const LATEST_KILL = 1.5;
const WORK_TIMEOUT_MS = 60_000;
const DAEMON_ENDS_WITHIN_MS = 10_000;
const DOCUMENTS = "/v1/default/banks/b/documents";
const MEMORIES = "/v1/default/banks/b/memories";

const TARGETS = [
  ["daemon"],
  ["postgres"],
  ["daemon", "postgres"],
  // What the next start finds running.
  ["daemon", "reaper"],
] as const;

/** What became of the documents of a profile whose daemon and Postgres were killed while they were stored. */
export interface Survival {
  kills: number;
  /** Of retains that were answered, and of those that were accepted to be done later. */
  accepted: number;
  /** Stored, although nobody was told so. */
  unanswered: number;
  /** What is wrong. Empty: nothing. */
  faults: string[];
}

/** Three facts, of which a half-written document would lack one. */
function documentOf(number: number) {
  const content = [
    `Ada bought the boat Heron ${number}.`,
    `Grace repaired the engine of Heron ${number}.`,
    `Barbara sailed Heron ${number} to Norway.`,
  ].join(" ");
  return { document_id: `document-${number}`, content };
}

async function retain(url: string, number: number, isAsync: boolean): Promise<Record<string, unknown>> {
  const response = await fetch(url + MEMORIES, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items: [documentOf(number)], async: isAsync }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function unitsOf(url: string, number: number): Promise<number | undefined> {
  const response = await fetch(`${url}${DOCUMENTS}/document-${number}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { memory_unit_count: number }).memory_unit_count;
}

/**
 * Kills a profile's daemon, its Postgres, or both, again and again in the middle of retains, and looks whether each document that
 * was accepted is there, and each that is there is whole.
 * @param place whose home is that of the environment.
 */
export async function killProfile(kills: number, random: Random, place: Place): Promise<Survival> {
  const store = ProfileStore.open();
  // Its port comes from its name: another torture on this machine has another one.
  const profile = await store.ensure(place.mark);
  const faults: string[] = [];
  const accepted = new Set<number>();
  const operations: { id: string; kill: number }[] = [];
  const ensure = async () => (await ensureDaemon(profile, { idleTimeout: 0 })).record.url;
  try {
    const first = await ensure();
    const began = performance.now();
    await retain(first, 0, false);
    const retainMs = performance.now() - began;
    accepted.add(0);
    for (let kill = 1; kill <= kills; kill++) {
      const url = await ensure();
      // Work that ends its daemon again and again is given up, as there: each sees two kills at most.
      for (const { id } of operations.filter((one) => one.kill < kill - 1))
        await untilCompleted(url, id, faults);
      const isAsync = random.next() < 0.5;
      const answer = retain(url, kill, isAsync).then(
        ({ operation_id }) => {
          accepted.add(kill);
          if (typeof operation_id === "string") operations.push({ id: operation_id, kill });
        },
        () => {}, // killed before it was accepted
      );
      // The work of one that is accepted at once goes on when the answer has come.
      await delay(random.next() * LATEST_KILL * retainMs);
      const target = random.pick(TARGETS);
      if (!(await killRoles(target, place)))
        faults.push(`the daemon goes on without ${target.join(" and ")}`);
      await answer;
    }
    const url = await ensure();
    for (const { id } of operations) await untilCompleted(url, id, faults);
    const whole = await unitsOf(url, 0);
    let unanswered = 0;
    for (let number = 0; number <= kills; number++) {
      const units = await unitsOf(url, number);
      if (units === undefined && accepted.has(number))
        faults.push(`document ${number} was accepted and is lost`);
      if (units !== undefined && units !== whole)
        faults.push(`document ${number} has ${units} of ${whole} facts`);
      unanswered += Number(units !== undefined && !accepted.has(number));
    }
    await stopDaemon(profile);
    if ((await untilNothingIsLeft(place)) === undefined) faults.push(...findLeft(place));
    return { kills, accepted: accepted.size, unanswered, faults };
  } finally {
    await stopDaemon(profile);
  }
}

/** At once, whatever is running of them. @returns whether the daemon has ended too, as it does without its Postgres. */
async function killRoles(roles: readonly FoundProcess["role"][], place: Place): Promise<boolean> {
  const found = findProcesses(place);
  for (const { pid, role } of found) {
    if (!roles.includes(role)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended in this very moment.
    }
  }
  return await haveEnded(
    found.filter(({ role }) => role === "daemon"),
    DAEMON_ENDS_WITHIN_MS,
  );
}

async function untilCompleted(url: string, operation: string, faults: string[]): Promise<void> {
  const deadline = performance.now() + WORK_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(`${url}/v1/default/banks/b/operations/${operation}`);
    const { status, error_message } = (await response.json()) as {
      status: string;
      error_message: string | null;
    };
    if (status === "completed") return;
    if (status === "failed" || performance.now() > deadline) {
      faults.push(`the operation ${operation} is ${status}: ${error_message}`);
      return;
    }
    await delay(100);
  }
}
