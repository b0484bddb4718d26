/** Who speaks in a turn, as facts name them. */
export interface Speaker {
  kind: "person" | "user" | "assistant";
  /** In the middle of a sentence: "Maya", "the user". */
  name: string;
  /** By which the speaker is looked up; undefined: by nothing. */
  entity: string | undefined;
}

/** @returns undefined for a system's instructions, which are nobody's words. */
export function toSpeaker(label: string): Speaker | undefined {
  const key = label.toLowerCase();
  if (/^(?:system|developer|tool|function)$/.test(key)) return undefined;
  if (/^(?:user|human|customer|client)$/.test(key)) return { kind: "user", name: "the user", entity: "user" };
  if (/^(?:assistant|ai|agent|bot|model|chatbot|chatgpt|claude)$/.test(key)) {
    return { kind: "assistant", name: "the assistant", entity: undefined };
  }
  return { kind: "person", name: label, entity: label };
}

/** A text that may begin with a speaker's name, as a sentence. */
export function capitalise(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
