import type { ChatRequest } from "../../src/llm/types.ts";

/** A request that every wire format has to carry. */
export const REQUEST: ChatRequest = {
  scope: "reflect",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Who?" },
  ],
  attribution: { sandboxId: "s", bankId: "b" },
};

export const TOOLS = ["recall", "done"].map((name) => ({
  name,
  description: `The tool ${name}.`,
  parameters: { type: "object", properties: { query: { type: "string" } } },
}));

export const SCHEMA = {
  type: "object",
  properties: { age: { type: "integer", minimum: 0 } },
  required: ["age"],
};
