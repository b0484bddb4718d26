/** Where Python's `json` stops reading a text that is not JSON, and what it says; clients see both. */
export interface JsonFault {
  /** In code points. */
  offset: number;
  message: string;
}

class Stop extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * Finds the fault in a text that `JSON.parse` has refused, in the order in which Python's decoder reads. `NaN` and
 * `Infinity`, which Python takes for values, are faults here.
 */
export function findJsonFault(text: string): JsonFault {
  try {
    const start = skipBlanks(text, 0);
    const end = skipBlanks(text, readValue(text, start));
    throw new Stop("Extra data", end);
  } catch (error) {
    // Brackets nested so deeply that the stack ends; `JSON.parse` itself has no such limit.
    if (error instanceof RangeError) return { offset: 0, message: "Too deeply nested" };
    if (!(error instanceof Stop)) throw error;
    return { offset: [...text.slice(0, error.at)].length, message: error.message };
  }
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = ["null", "true", "false"];

function skipBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  BLANKS.exec(text);
  return BLANKS.lastIndex;
}

/** Reads the value that starts at `at`, and returns where it ends. */
function readValue(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return readString(text, at);
  if (first === "{") return readObject(text, at);
  if (first === "[") return readArray(text, at);
  const word = WORDS.find((candidate) => text.startsWith(candidate, at));
  if (word) return at + word.length;
  NUMBER.lastIndex = at;
  if (NUMBER.test(text)) return NUMBER.lastIndex;
  throw new Stop("Expecting value", at);
}

function readArray(text: string, open: number): number {
  let at = skipBlanks(text, open + 1);
  if (text[at] === "]") return at + 1;
  for (;;) {
    at = skipBlanks(text, readValue(text, at));
    if (text[at] === "]") return at + 1;
    if (text[at] !== ",") throw new Stop("Expecting ',' delimiter", at);
    at = skipBlanks(text, at + 1);
  }
}

function readObject(text: string, open: number): number {
  let at = skipBlanks(text, open + 1);
  if (text[at] === "}") return at + 1;
  for (;;) {
    if (text[at] !== '"') throw new Stop("Expecting property name enclosed in double quotes", at);
    at = skipBlanks(text, readString(text, at));
    if (text[at] !== ":") throw new Stop("Expecting ':' delimiter", at);
    at = skipBlanks(text, readValue(text, skipBlanks(text, at + 1)));
    if (text[at] === "}") return at + 1;
    if (text[at] !== ",") throw new Stop("Expecting ',' delimiter", at);
    at = skipBlanks(text, at + 1);
  }
}

function readString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') return at + 1;
    if (character < " ") throw new Stop("Invalid control character at", at);
    if (character !== "\\") continue;
    const escaped = text[at + 1];
    if (escaped === undefined) break;
    if (escaped === "u") {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)))
        throw new Stop("Invalid \\uXXXX escape", at + 1);
      at += 5;
    } else if ('"\\/bfnrt'.includes(escaped)) at += 1;
    else throw new Stop("Invalid \\escape", at);
  }
  throw new Stop("Unterminated string starting at", open);
}
