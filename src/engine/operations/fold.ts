import { type ClaimedOperation, joinClaim, listQueuedBehind } from "../../store/operation-claims.ts";
import { countTokens } from "../../tokens/tokens.ts";
import type { EngineContext } from "../context.ts";
import { isRetainPayload, type RetainPayload } from "./payload.ts";

/** Appends that one run takes along beside its own; each retry halves them, to find the one that fails. */
const MAX_FOLDED = 16;

/**
 * Waiting appends to the same document join a claimed one: they are written in one run, and each row gets its outcome.
 * They are taken in order, up to the first that does not fit.
 * @returns the rows that joined.
 */
export async function foldAppends(
  context: EngineContext,
  claimed: ClaimedOperation,
  token: string,
): Promise<ClaimedOperation[]> {
  const { database, clock, settings, testMode } = context;
  // How many wait already is a matter of time, of which nothing may depend in a test.
  const width = testMode ? 0 : Math.floor(MAX_FOLDED / 2 ** claimed.retryCount);
  if (claimed.operationType !== "retain" || claimed.serializationKey === null || width === 0) return [];
  const own = appendPayload(claimed);
  if (!own) return [];
  const now = clock.now();
  const queued = await listQueuedBehind(database, claimed, now, width);
  if (queued.length === 0) return [];
  let tokens = await payloadTokens(own);
  const fitting: ClaimedOperation[] = [];
  for (const row of queued) {
    const payload = appendPayload(row);
    if (!payload || !isAlike(own, payload)) break;
    tokens += await payloadTokens(payload);
    if (tokens > settings.retain.batchTokens) break;
    fitting.push(row);
  }
  if (fitting.length === 0) return [];
  const joined = await database.transaction((tx) => joinClaim(tx, { token, now }, fitting));
  return fitting.slice(0, joined);
}

/** The payload of a retain that appends and does nothing else. */
function appendPayload({ taskPayload }: ClaimedOperation): RetainPayload | undefined {
  if (!isRetainPayload(taskPayload)) return undefined;
  const { contents } = taskPayload;
  return contents.every((item) => item.update_mode === "append") ? taskPayload : undefined;
}

function isAlike(a: RetainPayload, b: RetainPayload): boolean {
  const tags = (payload: RetainPayload) => JSON.stringify(payload.document_tags?.toSorted() ?? []);
  return a.strategy === b.strategy && tags(a) === tags(b);
}

async function payloadTokens({ contents }: RetainPayload): Promise<number> {
  let tokens = 0;
  for (const { content } of contents) tokens += await countTokens(content);
  return tokens;
}
