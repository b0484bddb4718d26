import { countTokens } from "../../tokens/tokens.ts";
import type { RetainItem } from "../types.ts";

/** The tokens of content that one child of an asynchronous retain takes, unless a single item is larger. */
const BATCH_TOKENS = 10_000;

export interface Batch {
  items: RetainItem[];
  tokens: number;
}

/** Items in the order given, in batches of up to the budget; a larger item is a batch alone. */
export async function packItems(items: readonly RetainItem[]): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (const item of items) {
    const tokens = await countTokens(item.content);
    const last = batches.at(-1);
    if (last && last.tokens + tokens <= BATCH_TOKENS) {
      last.items.push(item);
      last.tokens += tokens;
    } else batches.push({ items: [item], tokens });
  }
  return batches;
}
