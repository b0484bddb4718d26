import { findBank } from "../../store/banks.ts";
import { findMentalModel } from "../../store/mental-models.ts";
import type { EngineContext } from "../context.ts";
import { modelNotFound } from "../mental-models/mental-models.ts";
import { requireQuery } from "../mental-models/source-query.ts";
import type { BankAddress } from "../types.ts";
import { type RefreshRun, runRefresh } from "./run.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** What a refresh would do. */
export interface RefreshPreview {
  run: RefreshRun;
  /** The text as it would be. */
  preview: string;
  /** From the text as it is. */
  diff: string;
}

/**
 * Refreshes a mental model without storing anything.
 * @throws EngineError `not_found`, also when there is no such bank; `invalid_value` without a question; what `reflect` throws
 */
export async function previewRefresh(
  context: EngineContext,
  address: BankAddress,
  id: string,
  signal: AbortSignal,
): Promise<RefreshPreview> {
  const bank = await findBank(context.database, address);
  const model = bank && (await findMentalModel(context.database, bank.bankKey, id));
  if (!model) throw modelNotFound(id);
  const run = await runRefresh(context, address, requireQuery(model), { signal });
  const preview = run.written?.text ?? run.plan.content;
  const diff = unifiedDiff(run.plan.content, preview, { before: "current", after: "preview" });
  return { run, preview, diff };
}
