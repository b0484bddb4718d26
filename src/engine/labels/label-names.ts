import type { LabelField, LabelGroup } from "./label-groups.ts";

/** Tells a name that is one of a bank's labels from other names. */
export function labelTest(groups: readonly LabelGroup[]): (name: string) => boolean {
  const listed = listedLabels(groups);
  const prefixes = groups.flatMap(openPrefixes);
  return (name) => {
    const text = name.toLowerCase();
    return listed.has(text) || prefixes.some((prefix) => text.startsWith(prefix));
  };
}

/** `key:value` of every listed value, in lower case. */
export function listedLabels(groups: readonly LabelGroup[]): Set<string> {
  return new Set(
    groups
      .filter(({ type }) => type === "value" || type === "multi-values")
      .flatMap(({ key, values }) => values.map(({ value }) => `${key}:${value}`.toLowerCase())),
  );
}

/** What the names of a group that takes any text begin with, in lower case. */
function openPrefixes(group: LabelGroup): string[] {
  const prefix = `${group.key.toLowerCase()}:`;
  if (group.type === "text" || group.type === "multi-text") return [prefix];
  return group.type === "map" ? mapPrefixes(prefix, group) : [];
}

function mapPrefixes(prefix: string, { fields }: LabelField): string[] {
  return [...fields].flatMap(([name, field]) => {
    const path = `${prefix}${name.toLowerCase()}:`;
    return field.type === "map" && field.fields.size > 0 ? mapPrefixes(path, field) : [path];
  });
}

/** The keys of the groups whose labels become tags, in lower case. */
export function tagKeys(groups: readonly LabelGroup[]): Set<string> {
  return new Set(groups.filter(({ tag }) => tag).map(({ key }) => key.toLowerCase()));
}

/** Those of the names that are written `key:…` with one of the keys, in any case. */
export function withTagKey(names: readonly string[], keys: ReadonlySet<string>): string[] {
  return names.filter((name) => {
    const colon = name.indexOf(":");
    return colon !== -1 && keys.has(name.slice(0, colon).toLowerCase());
  });
}
