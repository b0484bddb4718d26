import type { ContentBlock, ItemContent } from "../../engine/attachments/content-blocks.ts";
import { list, object, tagged, union, withDefault } from "../validation/composites.ts";
import { literal, string } from "../validation/scalars.ts";
import { type Infer, mapped, named, nullable, refine, ValueFault } from "../validation/schema.ts";

const BLOCKS = "list[tagged-union[TextContentBlock,ImageContentBlock,FileContentBlock]]";

const mediaType = refine(string(), (type) => {
  if (!/^[\p{L}\p{N}_.+-]+\/[\p{L}\p{N}_.+-]+\n?$/u.test(type)) {
    throw new ValueFault(`media_type must look like 'type/subtype', not '${type}'`);
  }
  return type;
});

const source = named(
  "Base64AttachmentSource",
  object({ type: withDefault(literal(["base64"]), "base64"), media_type: mediaType, data: string() }),
);

const textBlock = named("TextContentBlock", object({ type: literal(["text"]), text: string() }));
const imageBlock = named("ImageContentBlock", object({ type: literal(["image"]), source }));
const fileBlock = named(
  "FileContentBlock",
  object({ type: literal(["file"]), source, filename: withDefault(nullable(string()), null) }),
);

const blocks = list(
  tagged<ContentBlock>("type", {
    text: mapped(textBlock, (block) => block),
    image: mapped(imageBlock, ({ type, source }) => attachment(type, source, null)),
    file: mapped(fileBlock, ({ type, source, filename }) => attachment(type, source, filename)),
  }),
);

function attachment(
  type: "image" | "file",
  { media_type, data }: Infer<typeof source>,
  filename: string | null,
): ContentBlock {
  return { type, mediaType: media_type, base64: data, filename };
}

/** What an item or a dry run says: a text, or blocks of it with attachments between them. */
export const content = named(
  "Content",
  refine(
    union<ItemContent>([
      ["str", string()],
      [BLOCKS, blocks],
    ]),
    (value) => {
      const says = typeof value === "string" ? !isBlank(value) : value.some(saysSomething);
      if (!says) throw new ValueFault("content must not be blank");
      return value;
    },
  ),
);

function saysSomething(block: ContentBlock): boolean {
  return block.type !== "text" || !isBlank(block.text);
}

const isBlank = (text: string) => text.trim() === "";
