import { list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, literal, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";
import { itemsOf } from "./page.ts";

export const directiveAnswer = named(
  "DirectiveResponse",
  object({
    id: string(),
    bank_id: string(),
    name: string(),
    content: string(),
    priority: withDefault(integer(), 0),
    is_active: withDefault(boolean(), true),
    tags: withDefault(list(string()), []),
    created_at: orNull(string()),
    updated_at: orNull(string()),
  }),
);

export const directiveListAnswer = named("DirectiveListResponse", object(itemsOf(directiveAnswer)));

export const directiveDeletionAnswer = object({ status: literal(["deleted"]) });
