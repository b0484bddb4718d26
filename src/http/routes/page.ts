import { withDefault } from "../validation/composites.ts";
import { integer } from "../validation/scalars.ts";

/** The query parameters of a list that comes in pages. */
export function page(options: { limit: number; minLimit?: number; maxLimit?: number }) {
  const { minLimit = 0, maxLimit } = options;
  const bounds = { min: minLimit, ...(maxLimit !== undefined && { max: maxLimit }) };
  return {
    limit: withDefault(integer(bounds), options.limit),
    offset: withDefault(integer({ min: 0 }), 0),
  };
}
