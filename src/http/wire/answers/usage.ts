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

/** What an answer without calls to a model says. */
export const noUsage = {
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
  cached_tokens: 0,
  thoughts_tokens: 0,
};
