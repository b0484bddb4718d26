const TAG = "(?:think|thinking|thought|reasoning)";
const CLOSED = new RegExp(`<(${TAG})>[\\s\\S]*?</\\1>`, "gi");
/** What stands before a closing tag whose opening one the provider swallowed. */
const ORPHAN_END = new RegExp(`^[\\s\\S]*</${TAG}>`, "i");
const UNCLOSED = new RegExp(`(^|\\n)[ \\t]*<${TAG}>[\\s\\S]*$`, "i");

/** The text without the blocks in which some models think aloud. */
export function stripReasoning(text: string): string {
  return text.replace(CLOSED, "").replace(ORPHAN_END, "").replace(UNCLOSED, "$1").trim();
}
