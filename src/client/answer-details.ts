import { isJsonObject } from "../json-object.ts";

const LONGEST = 2_000;

/** What a server says of a failure, without what it is wrapped in; as the official client takes it. */
export function detailsOf(body: unknown): unknown {
  if (!isJsonObject(body)) return body;
  return body.detail || body.message || body;
}

/** The same for a message: what is wrong with which field, one after the other. */
export function inWords(details: unknown): string {
  const words = Array.isArray(details) ? details.map(faultInWords).join("; ") : faultInWords(details);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

function faultInWords(fault: unknown): string {
  if (typeof fault === "string") return fault;
  if (!isJsonObject(fault) || typeof fault.msg !== "string" || !Array.isArray(fault.loc))
    return JSON.stringify(fault);
  return `${fault.loc.join(".")}: ${fault.msg}`;
}
