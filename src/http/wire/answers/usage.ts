import { object, withDefault } from "../../validation/composites.ts";
import { integer } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";

const tokens = withDefault(integer(), 0);

export const tokenUsage = named(
  "TokenUsage",
  object({
    input_tokens: tokens,
    output_tokens: tokens,
    total_tokens: tokens,
    cached_tokens: tokens,
    thoughts_tokens: tokens,
  }),
);
