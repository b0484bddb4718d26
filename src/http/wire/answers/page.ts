import { list } from "../../validation/composites.ts";
import { integer } from "../../validation/scalars.ts";
import type { Schema } from "../../validation/schema.ts";

/** What every list that comes in pages says of its page. */
export const pageFields = { total: integer(), limit: integer(), offset: integer() };

/** A page of items. */
export function itemsOf<T, In>(item: Schema<T, In>) {
  return { items: list(item), ...pageFields };
}
