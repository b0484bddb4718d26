import { countTokens } from "./tokens.ts";

export interface Batch<Item> {
  items: Item[];
  tokens: number;
}

/** Items in the order given, in batches of up to so many tokens; a larger item is a batch alone. */
export async function packByTokens<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
  limit: number,
): Promise<Batch<Item>[]> {
  const batches: Batch<Item>[] = [];
  for (const item of items) {
    const tokens = await countTokens(textOf(item));
    const last = batches.at(-1);
    if (last && last.tokens + tokens <= limit) {
      last.items.push(item);
      last.tokens += tokens;
    } else batches.push({ items: [item], tokens });
  }
  return batches;
}
