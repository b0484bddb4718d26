import { findJsonFault } from "./json-fault.ts";
import type { Fault } from "./schema.ts";

/** A request's body: JSON, or what it is instead. */
export type Body =
  | { kind: "absent" }
  | { kind: "json"; value: unknown }
  /** Sent with another content type, or none: it is not looked into. */
  | { kind: "opaque"; text: string }
  | { kind: "broken"; fault: Fault };

const JSON_TYPE = /^application\/([^;+\s]+\+)?json$/i;

/** Reads a body as FastAPI does: JSON only when the content type says so. */
export function readBody(text: string, contentType: string | undefined): Body {
  if (text === "") return { kind: "absent" };
  const mediaType = contentType?.split(";")[0]?.trim() ?? "";
  if (!JSON_TYPE.test(mediaType)) return { kind: "opaque", text };
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    const { offset, message } = findJsonFault(text);
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
