export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON text; `undefined` when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * A copy in which every text, names of members included, is replaced. Members are visited in the order of their names.
 * @param isLeft whether a member stays as it is.
 */
export function mapTexts(
  value: Json,
  replace: (text: string) => string,
  isLeft: (name: string, holder: JsonObject) => boolean,
): Json {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, replace, isLeft));
  if (!isJsonObject(value)) return value;
  const members = Object.keys(value)
    .sort()
    .map((name) => {
      const member = value[name] ?? null;
      return [replace(name), isLeft(name, value) ? member : mapTexts(member, replace, isLeft)] as const;
    });
  return Object.fromEntries(members);
}
