import type { Queryable } from "../../store/database.ts";
import { loadShortSources, type MemoryRow } from "../../store/recalled-rows.ts";
import type { DateWindow } from "../../store/vectors/date-window.ts";
import { describePlaceholders } from "../attachments/placeholders.ts";
import type { EngineContext } from "../context.ts";
import type { Candidate } from "./fusion.ts";

/** A candidate that is still there, with its row. */
export interface FoundCandidate {
  candidate: Candidate;
  memory: MemoryRow;
}

export interface RerankedCandidate extends FoundCandidate {
  /** The reranker's own score. */
  raw: number;
  /** The same in [0, 1]. */
  base: number;
}

/** A text of a few sentences, of which each is about the same, in characters. */
const LONGEST_SOURCE = 1_000;

/** What stands in the trace for a reranker's score, where there is none. */
const RAW = { noReranker: 0.5, switchedOff: 0 };

/** The base scores by rank in the fusion alone, from 1 down to 0.1. The candidates keep their order. */
export function passThrough(found: readonly FoundCandidate[], why: keyof typeof RAW): RerankedCandidate[] {
  const byRrf = found.toSorted((a, b) => b.candidate.rrfScore - a.candidate.rrfScore);
  const places = new Map(byRrf.map(({ candidate }, index) => [candidate, index]));
  return found.map((one) => ({
    ...one,
    raw: RAW[why],
    base: baseByRank(places.get(one.candidate) ?? 0, found.length),
  }));
}

export function baseByRank(index: number, count: number): number {
  return 1 - (0.9 * index) / Math.max(1, count - 1);
}

/**
 * Lets the server's reranker score the candidates: best first, equal ones in their order.
 * @returns `null` when it leaves them in their order.
 * @throws ServiceError
 */
export async function rerank(
  reranker: NonNullable<EngineContext["reranker"]>,
  query: string,
  found: readonly FoundCandidate[],
  options: {
    now: Date;
    window?: DateWindow | undefined;
    sources?: ReadonlyMap<string, string> | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<RerankedCandidate[] | null> {
  if (found.length === 0) return [];
  const { now, window, sources, signal } = options;
  const scores = await reranker.score(
    query,
    found.map(({ memory }) => ({
      ...memory,
      id: memory.unitId,
      document: rerankedText(memory),
      source: sources?.get(memory.unitId) ?? null,
    })),
    { now, signal, window: window && { from: window.start, to: window.end } },
  );
  if (scores === null) return null;
  const areShares = scores.every((score) => score >= 0 && score <= 1);
  return found
    .map((one, index) => {
      const raw = numberOrZero(scores[index]);
      return { ...one, raw, base: areShares ? raw : numberOrZero(logistic(scores[index])) };
    })
    .sort((a, b) => b.base - a.base);
}

/** The texts that the candidates were drawn from, by unit, where they are short. */
export async function sourcesOf(
  db: Queryable,
  bankKey: string,
  found: readonly FoundCandidate[],
): Promise<Map<string, string>> {
  const ids = found.map(({ memory }) => memory.unitId);
  const sources = await loadShortSources(db, bankKey, ids, LONGEST_SOURCE);
  return new Map([...sources].map(([id, text]) => [id, describePlaceholders(text)]));
}

function logistic(score = 0): number {
  return 1 / (1 + Math.exp(-score));
}

function numberOrZero(score = 0): number {
  return Number.isNaN(score) ? 0 : score;
}

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** A fact as a model is to judge it: with its date in two spellings, and its context. */
function rerankedText({ text, context, occurredStart }: MemoryRow): string {
  const inContext = context ? `${context}: ${text}` : text;
  if (!occurredStart) return inContext;
  const iso = occurredStart.toISOString().slice(0, 10);
  const [year, month, day] = iso.split("-");
  return `[Date: ${MONTHS[Number(month) - 1]} ${day}, ${year} (${iso})] ${inContext}`;
}
