import { TAGS_MATCH } from "../../engine/types.ts";
import { HttpError } from "../http-error.ts";
import { list, object, union, withDefault } from "../validation/composites.ts";
import { literal, string } from "../validation/scalars.ts";
import { nullable, type Schema, ValueFault } from "../validation/schema.ts";

const group: Schema<object> = {
  parse: (input, at, faults) => anyGroup.parse(input, at, faults),
};

const anyGroup: Schema<object> = union<object>([
  [
    "TagGroupLeaf",
    object({
      tags: list(string()),
      match: withDefault(literal(TAGS_MATCH), "any_strict"),
      resolve: withDefault(literal(["exact", "fuzzy"]), "exact"),
    }),
  ],
  ["TagGroupAnd", object({ and: list(group) })],
  ["TagGroupOr", object({ or: list(group) })],
  ["TagGroupNot", object({ not: group })],
]);

/** The fields of a body that filter by tags. */
export const tagFields = {
  tags: withDefault(nullable(list(string())), null),
  tags_match: withDefault(literal(TAGS_MATCH), "any"),
  tag_groups: withDefault(nullable(list(group)), null),
};

/** @throws ValueFault when both ways of asking for tags are used. */
export function checkTags(body: { tags: string[] | null; tag_groups: object[] | null }): void {
  if (body.tags && body.tag_groups) throw new ValueFault("Provide either tags or tag_groups, not both");
}

/** @throws HttpError 501: without its filter the answer would show what it must not. */
export function refuseTagGroups(body: { tag_groups: object[] | null }): void {
  if (body.tag_groups?.length) throw new HttpError(501, "This server does not support tag_groups");
}
