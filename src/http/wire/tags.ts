import { isFuzzy } from "../../engine/tags/fuzzy-tags.ts";
import { TAGS_MATCH, type TagGroup, type TagRequest, type TagsMatch } from "../../engine/types.ts";
import { HttpError } from "../http-error.ts";
import { isPlainObject, list, object, union, withDefault } from "../validation/composites.ts";
import { literal, string } from "../validation/scalars.ts";
import {
  type Fault,
  INVALID,
  mapped,
  named,
  nullable,
  recursive,
  refine,
  type Schema,
  ValueFault,
} from "../validation/schema.ts";

const leaf = named(
  "TagGroupLeaf",
  object({
    tags: list(string()),
    match: withDefault(literal(TAGS_MATCH), "any_strict"),
    resolve: withDefault(literal(["exact", "fuzzy"]), "exact"),
  }),
);

const group: Schema<TagGroup> = recursive("TagGroup", () => anyGroup);

/** Parts of a location up to which groups may nest, where pydantic ends: a group in a group has two more, in a list three. */
const DEEPEST = { one: 511, several: 509 };

const anyGroup: Schema<TagGroup> = union<TagGroup>([
  [
    "TagGroupLeaf",
    within(
      DEEPEST.one,
      mapped(leaf, ({ resolve, ...words }) => (resolve === "fuzzy" ? { ...words, resolve } : words)),
    ),
  ],
  [
    "TagGroupAnd",
    within(
      DEEPEST.several,
      mapped(named("TagGroupAnd", field(["and", "filters"], list(group))), (and) => ({ and })),
    ),
  ],
  [
    "TagGroupOr",
    within(
      DEEPEST.several,
      mapped(named("TagGroupOr", field(["or", "filters"], list(group))), (or) => ({ or })),
    ),
  ],
  [
    "TagGroupNot",
    within(
      DEEPEST.one,
      mapped(named("TagGroupNot", field(["not", "filter"], group)), (not) => ({ not })),
    ),
  ],
]);

function within<T>(deepest: number, schema: Schema<T>): Schema<T> {
  return {
    json: schema.json,
    parse(input, at, faults) {
      if (at.length <= deepest) return schema.parse(input, at, faults);
      faults.push({ type: "recursion_depth_exceeded", loc: at, msg: "Groups are nested too deeply", input });
      return INVALID;
    },
  };
}

/** The one field of an object, which goes by its wire name, or else by the name that upstream's own code has for it. */
function field<T>([name, other]: readonly [string, string], schema: Schema<T>): Schema<T> {
  return {
    json: object({ [name]: schema }).json,
    parse(input, at, faults) {
      const used =
        isPlainObject(input) && !Object.hasOwn(input, name) && Object.hasOwn(input, other) ? other : name;
      const value = object({ [used]: schema }).parse(input, at, faults);
      return value === INVALID ? INVALID : (value[used] as T);
    },
  };
}

const groups = list(group);

/** Groups that are stored, and so must not depend on the tags that the bank has at the time. */
export const exactTagGroups = refine(groups, (sent) => {
  if (sent.some(isFuzzy)) throw new ValueFault("fuzzy tags are resolved for a single request only");
  return sent;
});

/** A stored group as it is shown: with all its fields. */
type ShownTagGroup =
  | { tags: string[]; match: TagsMatch; resolve: "exact" | "fuzzy" }
  | { and: ShownTagGroup[] }
  | { or: ShownTagGroup[] }
  | { not: ShownTagGroup };

export function toTagGroup(stored: TagGroup): ShownTagGroup {
  if ("and" in stored) return { and: stored.and.map(toTagGroup) };
  if ("or" in stored) return { or: stored.or.map(toTagGroup) };
  if ("not" in stored) return { not: toTagGroup(stored.not) };
  return { tags: [...stored.tags], match: stored.match, resolve: stored.resolve ?? "exact" };
}

export const shownTagGroups = mapped(groups, (stored) => stored.map(toTagGroup));

/** The fields of a body that filter by tags. */
export const tagFields = {
  tags: withDefault(nullable(list(string())), null),
  tags_match: withDefault(literal(TAGS_MATCH), "any"),
  tag_groups: withDefault(nullable(groups), null),
};

interface TagBody {
  tags: string[] | null;
  tags_match: TagRequest["tagsMatch"];
  tag_groups: TagGroup[] | null;
}

/** @throws ValueFault when both ways of asking for tags are used. */
export function checkTags({ tags, tag_groups }: TagBody): void {
  if (tags && tag_groups) throw new ValueFault("'tags' and 'tag_groups' are mutually exclusive");
}

export function toTagRequest({ tags, tags_match, tag_groups }: TagBody): TagRequest {
  return { ...(tags && { tags }), tagsMatch: tags_match, ...(tag_groups && { tagGroups: tag_groups }) };
}

/**
 * Reads groups from a query, where they are JSON text; blank is none.
 * @param tags the query's plain tags, which must not stand beside them.
 * @throws HttpError 400
 */
export function readTagGroups(text: string | null, tags: readonly string[]): TagGroup[] {
  if (!text?.trim()) return [];
  const faults: Fault[] = [];
  const value = groups.parse(parseJson(text), [], faults);
  if (value === INVALID) throw new HttpError(400, `Invalid tag_groups: ${JSON.stringify(faults)}`);
  if (tags.length > 0) throw new HttpError(400, "'tags' and 'tag_groups' are mutually exclusive");
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, `Invalid tag_groups: ${error instanceof Error ? error.message : error}`);
  }
}
