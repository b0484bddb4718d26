const RULES = `Rules for the document:
- Write only what answers the question. What a search returned beside it is left out.
- Order it by its subjects, not by where things were found.
- Keep examples, names, numbers and dates as the facts give them.`;

const FULL =
  "- Say since when it holds what can change (an owner, a version, a state, a number), and keep what was before with its dates: the document is compared with older and newer facts later.";

const DELTA =
  "- You see only what was added since the document was written, and it may be older than what stands there. Tell it as dated events. Do not say what is current, latest or still so, nor that something did not happen.";

/** What a reflect is told that writes a mental model's text: a delta works on what is new alone. */
export function refreshContext(name: string, { isDelta }: { isDelta: boolean }): string {
  return `The answer becomes the document "${name}".\n\n${RULES}\n${isDelta ? DELTA : FULL}`;
}
