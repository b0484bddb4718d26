import { HttpError } from "../http-error.ts";
import { depthOfJson, readJson } from "./json-reader.ts";
import type { Fault } from "./schema.ts";

/** A request's body: JSON, or what it is instead. */
export type Body =
  | { kind: "absent" }
  | { kind: "json"; value: unknown }
  /** Sent with another content type, or none: it is not looked into. */
  | { kind: "opaque"; text: string }
  | { kind: "broken"; fault: Fault };

const JSON_TYPE = /^application\/([^;\s]*\+)?json$/i;

/** Deeper bodies are refused: nothing that reads them, the database included, goes down without end. */
const MAX_DEPTH = 900;

/**
 * Reads a body as FastAPI does: JSON only when the content type says so.
 * @throws HttpError 400 for one that is nested too deeply.
 */
export function readBody(text: string, contentType: string | undefined): Body {
  if (text === "") return { kind: "absent" };
  const mediaType = contentType?.split(";")[0]?.trim() ?? "";
  if (!JSON_TYPE.test(mediaType)) return { kind: "opaque", text };
  if (isTooDeep(text)) throw new HttpError(400, `The body is nested more than ${MAX_DEPTH} levels deep`);
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    const reading = readJson(text);
    if ("value" in reading) return { kind: "json", value: reading.value };
    const { offset, message } = reading;
    return {
      kind: "broken",
      fault: {
        type: "json_invalid",
        loc: ["body", offset],
        msg: "JSON decode error",
        input: {},
        ctx: { error: message },
      },
    };
  }
}

/** Few texts have enough brackets to be worth a closer look. */
function isTooDeep(text: string): boolean {
  let brackets = 0;
  for (const bracket of ["[", "{"]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++brackets > MAX_DEPTH) return depthOfJson(text) > MAX_DEPTH;
    }
  }
  return false;
}
