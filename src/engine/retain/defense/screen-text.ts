import { SENSITIVE_PATTERNS, type SensitivePattern } from "./patterns.ts";

export interface ScreenedText {
  /** With `[REDACTED:<type>]` in place of what was found. */
  text: string;
  /** What was found, each once, in the order of the patterns. */
  types: string[];
}

/** Looks for secrets and personal data in a text. What one pattern took out, a later one does not see. */
export function screenText(text: string): ScreenedText {
  let screened = text;
  const types: string[] = [];
  for (const sensitive of SENSITIVE_PATTERNS) {
    const redacted = redact(screened, sensitive);
    if (redacted === screened) continue;
    types.push(sensitive.type);
    screened = redacted;
  }
  return { text: screened, types };
}

function redact(text: string, { type, pattern, accepts }: SensitivePattern): string {
  const replacement = `[REDACTED:${type}]`;
  if (!accepts) return text.replace(pattern, () => replacement);
  let redacted = "";
  let end = 0;
  // What was not accepted can begin before something that is: the search goes on with the next character.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (!accepts(match[0], text, match.index)) {
      pattern.lastIndex = match.index + 1;
      continue;
    }
    redacted += text.slice(end, match.index) + replacement;
    end = match.index + match[0].length;
  }
  return redacted + text.slice(end);
}
