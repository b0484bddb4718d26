import { listTags as listTagRows, type TagCount, type TagSource } from "../../store/tags.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import type { BankAddress } from "../types.ts";

/** What tags are of. */
export const TAG_SOURCES = ["memories", "mental_models"] as const satisfies TagSource[];

export interface TagListRequest {
  /** What the whole tag must look like, in any case: `*` is any text. */
  pattern: string | null;
  source: TagSource;
  limit: number;
  offset: number;
}

/** A page of a bank's tags, the most used first, and how many there are. @throws EngineError `bank_not_found` */
export async function listTags(
  context: EngineContext,
  address: BankAddress,
  request: TagListRequest,
): Promise<{ total: number; tags: TagCount[] }> {
  const { bankKey } = await requireBank(context, address);
  return listTagRows(context.database, bankKey, request);
}
