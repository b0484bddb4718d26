import type { Json, JsonObject } from "../json.ts";

/** What a provider signed or encrypted, by its name and what it stands in. It comes back to the provider byte by byte. */
const OPAQUE: Readonly<Record<string, (holder: JsonObject) => boolean>> = {
  thoughtSignature: () => true,
  thought_signature: () => true,
  encrypted_content: () => true,
  encrypted_index: () => true,
  signature: ({ type }) => isThought(type),
  data: ({ type }) => type === "redacted_thinking" || type === "reasoning.encrypted",
};

function isThought(type: Json | undefined): boolean {
  return type === "thinking" || type === "signature_delta" || type === "reasoning.text";
}

/** Whether a member is no text in which anything could stand for something else. */
export function isOpaque(name: string, holder: JsonObject): boolean {
  return Object.hasOwn(OPAQUE, name) && OPAQUE[name]?.(holder) === true;
}
