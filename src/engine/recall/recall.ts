import type { BankAddress } from "../../store/address.ts";
import { isCancelled } from "../../store/time-limit.ts";
import { requireBank } from "../banks/banks.ts";
import { resolveConfig } from "../banks/resolve-config.ts";
import type { EngineContext } from "../context.ts";
import { EngineError } from "../errors.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { RecallAnswer, RecallRequest } from "../types.ts";
import { answer } from "./answer.ts";
import { recallBreadth } from "./breadth.ts";
import { order } from "./order.ts";
import { Phases } from "./phases.ts";
import { cleanQuery } from "./query.ts";
import type { RecallRun } from "./run.ts";
import { search } from "./search.ts";
import { type RecallSettings, recallSettings } from "./settings.ts";
import { toDateWindow, windowOfQuery } from "./window.ts";

export interface RecallOptions {
  /** Absent: those of the bank's configuration. */
  settings?: RecallSettings;
  /** Ends the recall when its caller is gone. */
  signal?: AbortSignal | undefined;
}

/** A type that is named again brings its facts again: of longer lists each type counts once, for the work grows with the square. */
const MAX_TYPES = 16;

const TOO_SLOW = "Request timed out while searching memories. Try a shorter or more specific query.";

const NOTHING: RecallAnswer = { results: [], entities: null, chunks: null, sourceFacts: null, trace: null };

/**
 * The facts of a bank that match a query, best first, as many as fit the request's budget of tokens.
 * @throws EngineError `bank_not_found`, `unprocessable` tags, `timeout` of the database; ServiceError; the signal's reason.
 */
export async function recall(
  context: EngineContext,
  address: BankAddress,
  request: RecallRequest,
  options: RecallOptions = {},
): Promise<RecallAnswer> {
  // Asking for nothing is answered before the bank is looked at.
  if (request.types.length === 0) return NOTHING;
  const phases = new Phases();
  phases.add("backend_acquisition", 0);
  try {
    const bank = await requireBank(context, address);
    const tags = await tagFilterOf(context.database, bank.bankKey, request);
    const asked = phases.elapsed;
    return await context.recallSlots.run(async () => {
      const waited = phases.elapsed - asked;
      const run = await begin(context, { bank, tags, request, phases, waited }, options);
      const found = await search(run);
      run.signal?.throwIfAborted();
      const ordered = await order(run, found.fused);
      run.signal?.throwIfAborted();
      return answer(run, found, ordered);
    }, options.signal);
  } catch (error) {
    if (!isCancelled(error)) throw error;
    throw new EngineError("timeout", TOO_SLOW, { cause: error });
  }
}

/**
 * Keyword search counts words, common ones like rare ones, and its limit cuts between facts that count the same. A reranker that
 * costs little tells them apart.
 */
const LOCAL_WIDENING = 3;

/** Reads the query, and the settings that the recall goes by. */
export async function begin(
  context: EngineContext,
  given: Pick<RecallRun, "bank" | "tags" | "request" | "phases" | "waited">,
  { signal, ...options }: RecallOptions,
): Promise<RecallRun> {
  const { bank, request, phases } = given;
  const settings = options.settings ?? recallSettings(resolveConfig(context.bankDefaults, bank.config));
  const query = await cleanQuery(request.query, context.settings.recall.maxQueryTokens);
  const vector = await phases.measure("generate_query_embedding", () => embed(context, query, signal));
  const now = request.queryTimestamp?.instant ?? context.clock.now();
  const window = settings.enableTemporalRetrieval
    ? (request.temporalWindow ?? windowOfQuery(query, request.queryTimestamp, now))
    : undefined;
  return {
    ...given,
    context,
    request: {
      ...request,
      types: request.types.length > MAX_TYPES ? [...new Set(request.types)] : request.types,
    },
    settings,
    signal,
    query,
    vector,
    breadth: recallBreadth(request.budget, request.maxTokens, settings),
    widening: settings.enableReranking && context.reranker?.isLocal ? LOCAL_WIDENING : 1,
    window,
    dates: window && toDateWindow(window),
    now,
  };
}

async function embed(
  { embedder }: EngineContext,
  query: string,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const [vector] = await embedder.embed([query], { purpose: "query", signal });
  if (!vector) throw new Error("The embedding provider returned no vector for the query");
  return vector;
}
