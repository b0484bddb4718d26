import { LlmError } from "../llm/llm-error.ts";
import type { ChatModel } from "../llm/types.ts";
import { verificationRequest } from "../llm/verification.ts";
import type { EngineContext } from "./context.ts";
import type { BankAddress } from "./types.ts";

/** Of all attempts together, in milliseconds. */
const PROBE_TIMEOUT_MS = 10_000;

type ProbeStatus = "connected" | "auth_failed" | "unreachable" | "timeout" | "not_configured";

interface Probe {
  status: ProbeStatus;
  /** null: nothing was asked. */
  latencyMs: number | null;
}

interface OperationHealth extends Probe {
  operation: "retain" | "consolidation" | "reflect";
}

/**
 * Asks the models that a bank's operations would ask, whether they are there: each model once. What exactly is wrong is logged
 * and not told, since it may tell of keys and addresses.
 * @throws the signal's reason.
 */
export async function probeModels(
  context: EngineContext,
  address: BankAddress,
  signal: AbortSignal,
): Promise<OperationHealth[]> {
  const probes = new Map<string, Promise<Probe>>();
  const operations = (["retain", "consolidation", "reflect"] as const).map((operation) => {
    const { model, identity } = context.llmOperations[operation];
    const shared = probes.get(identity) ?? probe(context, address, model, signal);
    probes.set(identity, shared);
    return { operation, shared };
  });
  return Promise.all(operations.map(async ({ operation, shared }) => ({ operation, ...(await shared) })));
}

async function probe(
  { logger }: EngineContext,
  address: BankAddress,
  model: ChatModel | null,
  signal: AbortSignal,
): Promise<Probe> {
  if (!model) return { status: "not_configured", latencyMs: null };
  const began = performance.now();
  const since = () => performance.now() - began;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PROBE_TIMEOUT_MS);
  const abort = () => limit.abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await model.complete(verificationRequest(address), limit.signal);
    return { status: "connected", latencyMs: since() };
  } catch (error) {
    signal.throwIfAborted();
    const latencyMs = since();
    if (limit.signal.aborted) return { status: "timeout", latencyMs };
    const message = error instanceof Error ? error.message : String(error);
    logger.log("warning", "a model does not answer", { provider: model.provider, error: message });
    const refused = error instanceof LlmError && error.isAuthentication;
    return { status: refused ? "auth_failed" : "unreachable", latencyMs };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
