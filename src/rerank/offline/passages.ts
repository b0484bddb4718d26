import type { RerankCandidate } from "../types.ts";

/**
 * Facts of one document that were stored in a row are one passage, up to so many: a few sentences of one speaker. Those of one
 * short text always are.
 */
const LONGEST_PASSAGE = 5;
/** What was mentioned within an hour of the last belongs to the same talk. */
const TALK_GAP_MS = 3_600_000;

/** Candidates that were said in one breath. */
export interface Passage {
  /** Their places in the list of candidates, in the order of what they say. */
  members: number[];
  documentId: string | null;
  source: string | null;
  first: number;
  last: number;
  mentionedAt: number | null;
}

/** The candidates' passages, in talks: each a list in the order in which it was said. An observation was said by nobody. */
export function talksOf(candidates: readonly RerankCandidate[]): Passage[][] {
  const inOrder = candidates
    .map((candidate, index) => ({ candidate, index }))
    .sort((a, b) => a.candidate.position - b.candidate.position || a.index - b.index);
  const talks: Passage[][] = [];
  let talk: Passage[] = [];
  for (const { candidate, index } of inOrder) {
    const passage = passageOf(candidate, index);
    if (candidate.factType === "observation") {
      talks.push([passage]);
      continue;
    }
    const before = talk.at(-1);
    if (before && continues(before, passage)) {
      before.members.push(index);
      before.last = passage.last;
    } else if (before && belongTogether(before, passage)) {
      talk.push(passage);
    } else {
      talk = [passage];
      talks.push(talk);
    }
  }
  return talks;
}

function passageOf({ documentId, source, position, mentionedAt }: RerankCandidate, index: number): Passage {
  return {
    members: [index],
    documentId,
    source,
    first: position,
    last: position,
    mentionedAt: mentionedAt?.getTime() ?? null,
  };
}

function continues(before: Passage, { documentId, source, first }: Passage): boolean {
  if (documentId === null || before.documentId !== documentId) return false;
  return first - before.first < LONGEST_PASSAGE || (source !== null && before.source === source);
}

function belongTogether(before: Passage, { documentId, mentionedAt }: Passage): boolean {
  if (documentId !== null && before.documentId === documentId) return true;
  return (
    mentionedAt !== null &&
    before.mentionedAt !== null &&
    Math.abs(mentionedAt - before.mentionedAt) <= TALK_GAP_MS
  );
}
