import { codePointLength } from "./code-points.ts";
import { objectArrayElements, toArrayText } from "./json-text.ts";

/** A text this short is not halved any more: a model that runs out of output on it will on its halves as well. */
const SMALLEST = 500;

/** How far from the middle, as a share of the text, a sentence's end is still preferred to the middle itself. */
const TOLERANCE = 0.2;

/** Both halves of a text whose facts did not fit into a model's output; undefined when it is too short for that. */
export function halve(text: string): [string, string] | undefined {
  if (codePointLength(text) <= SMALLEST) return undefined;
  const elements = objectArrayElements(text);
  if (elements && elements.length > 1) {
    const middle = Math.floor(elements.length / 2);
    return [toArrayText(elements.slice(0, middle)), toArrayText(elements.slice(middle))];
  }
  const cut = cutNearMiddle(text);
  return [text.slice(0, cut).trim(), text.slice(cut).trim()];
}

function cutNearMiddle(text: string): number {
  const middle = Math.floor(text.length / 2);
  const from = Math.floor(text.length * (0.5 - TOLERANCE));
  const until = Math.ceil(text.length * (0.5 + TOLERANCE));
  for (const boundary of [". ", "! ", "? ", "\n\n"]) {
    const at = text.lastIndexOf(boundary, until);
    if (at >= from) return at + boundary.length;
  }
  // Not between the halves of a surrogate pair.
  return /[\udc00-\udfff]/.test(text.charAt(middle)) ? middle + 1 : middle;
}
