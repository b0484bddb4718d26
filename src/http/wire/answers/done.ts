import { object, orNull } from "../../validation/composites.ts";
import { boolean, integer, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";

/** What was deleted, by how many. */
export const deletionAnswer = named(
  "DeleteResponse",
  object({ success: boolean(), message: orNull(string()), deleted_count: orNull(integer()) }),
);
