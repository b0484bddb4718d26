/** Reading the JSON out of a model's answer, which may stand in a code fence or in the middle of prose. */
import { repairJson } from "./json-repair.ts";
import { stripReasoning } from "./reasoning.ts";

/**
 * The JSON value that the answer holds: all of it, what stands in a code fence, or the outermost `{…}` or `[…]`.
 * @returns `undefined` when none parses.
 */
export function readStructuredAnswer(text: string): unknown {
  const plain = stripReasoning(text);
  for (const candidate of [text, unfence(plain), outermostSpan(plain)]) {
    const value = parse(candidate);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** As `readStructuredAnswer`, but broken JSON is mended first. For answers that were not cut off. */
export function repairStructuredAnswer(text: string): unknown {
  const plain = unfence(stripReasoning(text));
  const start = plain.search(/[{[]/);
  return start < 0 ? undefined : parse(repairJson(plain.slice(start)));
}

function unfence(text: string): string {
  return /^```\w*\s*\n([\s\S]*?)\n?\s*```/.exec(text.trim())?.[1] ?? text;
}

function outermostSpan(text: string): string {
  const start = text.search(/[{[]/);
  if (start < 0) return "";
  const closer = text.charAt(start) === "{" ? "}" : "]";
  return text.slice(start, text.lastIndexOf(closer) + 1);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
