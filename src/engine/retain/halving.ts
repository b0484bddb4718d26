import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { arrayElements, toArrayText } from "./json-text.ts";

/** A text this short is not halved any more: a model that runs out of output on it will on its halves as well. */
const SMALLEST = 500;

/** How far from the middle, as a share of the text, a sentence's end is still preferred to the middle itself. */
const TOLERANCE = 0.2;
const BOUNDARIES = [". ", "! ", "? ", "\n\n"];

/**
 * Both halves of a text whose facts did not fit into a model's output: of a JSON list half of its elements each, or of its one
 * turn half of the content. Undefined when the text is too short for that, or has no halves.
 */
export function halve(text: string): [string, string] | undefined {
  const trimmed = text.trim();
  const characters = [...trimmed];
  if (characters.length <= SMALLEST) return undefined;
  const elements = arrayElements(trimmed);
  if (elements) return elements.length > 1 ? halveList(elements) : halveTurn(elements[0]);
  const cut = cutNearMiddle(characters);
  const halves: [string, string] = [
    characters.slice(0, cut).join("").trim(),
    characters.slice(cut).join("").trim(),
  ];
  return halves.includes("") || halves.includes(trimmed) ? undefined : halves;
}

function halveList(elements: readonly string[]): [string, string] {
  const middle = Math.floor(elements.length / 2);
  return [inAscii(toArrayText(elements.slice(0, middle))), inAscii(toArrayText(elements.slice(middle)))];
}

function halveTurn(element: string | undefined): [string, string] | undefined {
  const turn = parseJson(element ?? "");
  if (!isJsonObject(turn) || typeof turn.content !== "string") return undefined;
  const content = [...turn.content];
  if (content.length < 2) return undefined;
  const middle = Math.floor(content.length / 2);
  const withContent = (part: string[]) => {
    const turns = JSON.stringify([{ ...turn, content: part.join("") }]);
    return inAscii(toArrayText(arrayElements(turns) ?? []));
  };
  return [withContent(content.slice(0, middle)), withContent(content.slice(middle))];
}

/** A half of a list is written with escapes, which count when it is asked whether it can be halved again. */
function inAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function cutNearMiddle(characters: readonly string[]): number {
  const middle = Math.floor(characters.length / 2);
  const reach = Math.floor(characters.length * TOLERANCE);
  const from = Math.max(0, middle - reach);
  const around = characters.slice(from, middle + reach).join("");
  for (const boundary of BOUNDARIES) {
    const at = around.lastIndexOf(boundary);
    if (at !== -1) return from + [...around.slice(0, at)].length + boundary.length;
  }
  return middle;
}
