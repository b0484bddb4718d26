import type { ReflectRequest } from "../../types.ts";

/** The question as the model gets it. */
export function questionText({ query, context }: Pick<ReflectRequest, "query" | "context">): string {
  return context === undefined || context.trim() === ""
    ? query
    : `${query}\n\nAdditional context: ${context}`;
}
