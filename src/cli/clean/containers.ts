import { ContainerUnavailableError } from "../../errors/container-unavailable-error.ts";
import { findEngine } from "../../postgres/container/engine.ts";
import { abandonedContainers, removeAbandonedContainers } from "../../postgres/container/sweep.ts";
import type { Item } from "./clean.ts";

/** How long an engine may take to answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Removes the containers that killed runs left. Where there can be none, there is none. @param options.dryRun only tells. */
export async function cleanContainers({ dryRun }: { dryRun: boolean }): Promise<Item[]> {
  const engine = await findEngine(performance.now() + ANSWER_TIMEOUT_MS).catch((error: unknown) => {
    if (error instanceof ContainerUnavailableError) return undefined;
    throw error;
  });
  if (engine === undefined) return [];
  const names = await abandonedContainers(engine);
  if (!dryRun && names.length > 0) await removeAbandonedContainers(engine);
  const left = new Set(dryRun ? [] : await abandonedContainers(engine));
  return names.map((name) => ({
    kind: "container",
    name,
    bytes: 0,
    ...(left.has(name) && { kept: "it could not be removed" }),
  }));
}
