import type { Cassette } from "../cassette/cassette.ts";
import type { Blocks, KeyedRequest } from "../key.ts";
import { resolveBlocks } from "../key.ts";
import { plural } from "../plural.ts";
import { SEGMENTS, type SegmentName } from "../request.ts";
import { lineDiff } from "./line-diff.ts";
import { type Nearest, nearestEntry, type Part, partText } from "./nearest.ts";
import { readable } from "./readable.ts";
import type { MissReason, SharingIndex } from "./sharing.ts";

const MOST_DIFF_LINES = 16;

/** Why a request has no recorded answer; by part of the request that tells it. */
export const CAUSES = {
  "no-cassette": "this test has not been recorded yet.",
  "asked-again":
    "it was asked more often than recorded: the server tried again, or the code under test calls it more often.",
  provider: "the server speaks to another provider than the recorded one.",
  path: "the server calls another path than the recorded one.",
  scope:
    "nothing was recorded for this scope: the test makes a call that it did not make when it was recorded.",
  model: "the model changed.",
  system: "the prompt changed.",
  tools: "the list of tools changed.",
  schema: "the schema of the answer changed.",
  parameters: "the parameters changed.",
  conversation:
    "the state drifted: what the model is shown (the test's own texts, memories, ids, dates) is not what it was.",
} satisfies Record<Part | "no-cassette" | "asked-again", string>;

type MissCause = keyof typeof CAUSES | "unreadable";

/** A call that was not answered, although a test waited for it. */
export interface Miss {
  cause: MissCause;
  scope: string;
  /** `undefined` when the request could not be read. */
  model: string | undefined;
  /** The parts in which the request differs from the nearest recorded one. */
  differs: Part[];
  /** What else misses for the same reason; `undefined` when the reason is this test's own. */
  reason: MissReason | undefined;
  /** All of it, for the failing test's message. */
  report: string;
}

/** What a report says of the test, beside the request. */
export interface MissContext {
  /** The cassette's path, as it is shown. */
  cassettePath: string;
  /** The command that records this test alone. */
  recordCommand: string;
  /** Of the project's cassettes; `undefined`: only the test's own is counted in. */
  sharing: SharingIndex | undefined;
}

/** A request without a recorded answer, and how often it was asked and is recorded. */
export interface MissedRequest {
  request: KeyedRequest;
  blocks: Blocks;
  asked: number;
  recorded: number;
}

/** Says what was asked, what is recorded instead, the likely cause, and what to do. */
export function describeMiss(
  missed: MissedRequest,
  cassette: Cassette | undefined,
  context: MissContext,
): Miss {
  const { request, blocks, asked, recorded } = missed;
  const nearest = recorded === 0 && cassette ? nearestEntry(cassette, request, blocks) : undefined;
  const cause = causeOf(missed, cassette, nearest);
  const who = `${scopeName(request.scope)} asked ${request.model}`;
  const lines = [
    recorded > 0
      ? `${who} the same thing ${times(asked)}, and it was recorded ${times(recorded)}.`
      : `${who} something that was not recorded${asked > 1 ? ` (${times(asked)})` : ""}.`,
    `  Cassette: ${context.cassettePath} (${cassette ? plural(cassette.entries.length, "entry", "entries") : "there is none"})`,
    ...(nearest && cassette ? describeNearest(nearest, cassette, missed, context.sharing) : []),
    `  Likely cause: ${CAUSES[cause]}`,
    `  Record this test again: ${context.recordCommand}`,
  ];
  return {
    cause,
    scope: request.scope,
    model: request.model,
    differs: nearest?.differs ?? [],
    reason: nearest && cassette && reasonOf(nearest, cassette, missed),
    report: lines.join("\n"),
  };
}

/** A request that came in during a test and that the gateway cannot read at all. */
export function describeUnreadable(reason: string, scope: string): Miss {
  const report = `${scopeName(scope)} sent a request that the gateway cannot record or replay. ${reason}`;
  return { cause: "unreadable", scope, model: undefined, differs: [], reason: undefined, report };
}

export function scopeName(scope: string): string {
  return scope || "A call without a scope";
}

function causeOf(
  { recorded }: MissedRequest,
  cassette: Cassette | undefined,
  nearest: Nearest | undefined,
): Exclude<MissCause, "unreadable"> {
  if (!cassette) return "no-cassette";
  if (recorded > 0) return "asked-again";
  // The order of the parts is that of the causes: an edited prompt explains a different conversation, not the reverse.
  return nearest?.differs[0] ?? "scope";
}

/** What changed: equal in the tests that miss for it. Of a conversation that is only the lines that changed in it. */
function reasonOf(
  { entry, differs }: Nearest,
  cassette: Cassette,
  missed: MissedRequest,
): MissReason | undefined {
  const [part] = differs;
  if (part === undefined || differs.includes("scope")) return undefined;
  const { request, blocks } = missed;
  const about = { scope: request.scope, part };
  if (part !== "conversation") {
    return { ...about, recorded: partText(entry.request, part), asked: partText(request, part) };
  }
  const was = readable(resolveBlocks(entry.request.segments, cassette.blocks).conversation);
  const is = readable(resolveBlocks(request.segments, blocks).conversation);
  const changes = lineDiff(was, is, { mostLines: Number.POSITIVE_INFINITY });
  const signed = (sign: string) => changes.filter((line) => line.startsWith(sign)).join("\n");
  return { ...about, recorded: signed("-"), asked: signed("+") };
}

function describeNearest(
  { entry, differs }: Nearest,
  cassette: Cassette,
  missed: MissedRequest,
  sharing: SharingIndex | undefined,
): string[] {
  const was = { ...entry.request, segments: resolveBlocks(entry.request.segments, cassette.blocks) };
  const is = { ...missed.request, segments: resolveBlocks(missed.request.segments, missed.blocks) };
  const lines = [`  Nearest entry: ${entry.request.key.slice(0, 8)}; it differs in: ${differs.join(", ")}`];
  for (const part of differs) {
    const shared = sharedBy(part, entry.request, cassette, sharing);
    if (!isSegment(part)) {
      lines.push(`  ${part}: recorded ${was[part] || "none"}${shared}, asked ${is[part] || "none"}`);
      continue;
    }
    lines.push(`  ${part} (- recorded, + asked)${shared}:`);
    const diff = lineDiff(readable(was.segments[part]), readable(is.segments[part]), {
      mostLines: MOST_DIFF_LINES,
    });
    lines.push(...diff.map((line) => `    ${line}`));
  }
  return lines;
}

function isSegment(part: Part): part is SegmentName {
  return (SEGMENTS as readonly string[]).includes(part);
}

/** How many entries an edit of a shared text affects: they all miss for the same reason. */
function sharedBy(
  part: Part,
  request: KeyedRequest,
  { entries }: Cassette,
  sharing: SharingIndex | undefined,
): string {
  if (part === "scope" || part === "conversation") return "";
  const recorded = partText(request, part);
  const counts = sharing?.of({ scope: request.scope, part, recorded });
  if (counts && counts.entries > 1) return `, the same in ${sharing?.say(counts)}`;
  if (!isSegment(part)) return "";
  const same = entries.filter((entry) => partText(entry.request, part) === recorded).length;
  return same > 1 ? `, the same in ${same} of ${entries.length} entries` : "";
}

function times(n: number): string {
  return n === 1 ? "once" : `${n} times`;
}
