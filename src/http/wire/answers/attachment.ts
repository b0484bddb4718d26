import { object, orNull } from "../../validation/composites.ts";
import { integer, string } from "../../validation/scalars.ts";
import { named } from "../../validation/schema.ts";

/** An image or a file that came with a document's content. */
export const attachment = named(
  "ChunkAttachment",
  object({
    id: string(),
    hash: string(),
    kind: string(),
    media_type: string(),
    byte_size: integer(),
    filename: orNull(string()),
    url: string(),
  }),
);
