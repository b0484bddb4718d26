import { HttpError } from "./http-error.ts";

/** Any spelling of a UUID (upper case, without dashes, in braces, as a URN) in the canonical one; undefined when it is none. */
export function canonicalUuid(text: string): string | undefined {
  const hex = text
    .toLowerCase()
    .replace(/^urn:uuid:/, "")
    .replaceAll(/[{}-]/g, "");
  if (!/^[0-9a-f]{32}$/.test(hex)) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** @throws HttpError 400 */
export function parseUuid(text: string, name: string): string {
  const uuid = canonicalUuid(text);
  if (!uuid) throw new HttpError(400, `Invalid ${name} format: '${text}' is not a UUID`);
  return uuid;
}
