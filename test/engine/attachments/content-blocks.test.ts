import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ContentBlock, flattenContent } from "../../../src/engine/attachments/content-blocks.ts";
import { placeholderIds } from "../../../src/engine/attachments/placeholders.ts";

const LIMITS = { attachmentMaxCount: 3, attachmentMaxBytes: 1024 * 1024 };

function flatten(content: string | ContentBlock[], allowed: string[] = []) {
  return flattenContent(content, LIMITS, { allowed: new Set(allowed), path: "items[0].content" });
}

const text = (words: string): ContentBlock => ({ type: "text", text: words });
const image = (base64: string): ContentBlock => ({
  type: "image",
  mediaType: "image/png",
  base64,
  filename: null,
});

describe("the text", () => {
  test("of blocks is put together, each attachment in a paragraph of its own", () => {
    const { text: flat, attachments } = flatten([
      text("a\n\n\n"),
      image("AAAA"),
      text("\nb "),
      text("c"),
      image("AQID"),
    ]);
    const [first, second] = attachments.map(({ attachmentId }) => `⟦hs-att:${attachmentId}⟧`);
    expect(flat).toBe(`a\n\n${first}\n\n\nb c\n\n${second}`);
    expect(attachments.map(({ blockIndex }) => blockIndex)).toEqual([1, 4]);
  });

  test("names no attachment but those that came with it, and those of the document", () => {
    const forged = "⟦hs-att:0123456789ab⟧ ⟦hs-att:ffffffffffff⟧ ⟦hs-att:⟧ ⟦hs-att:x y⟧";
    expect(flatten(forged, ["ffffffffffff"]).text.trim()).toBe("⟦hs-att:ffffffffffff⟧");
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("⟦", "⟧", "hs-att:", "0123456789ab", "x", " ") }),
        (words) => {
          expect(placeholderIds(flatten(words).text)).toEqual([]);
        },
      ),
    );
  });
});

describe("base64", () => {
  test("is what Buffer makes of bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const [attachment] = flatten([image(Buffer.from(bytes).toString("base64"))]).attachments;
        expect(attachment?.content.equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  test.each(["AAA", "AA=A", " AAAA", "AA==\n", "A-_A", "====", "AAA==", "A===", "é==="])(
    "%j is none",
    (data) => {
      expect(() => flatten([image(data)])).toThrow(/no base64/);
    },
  );

  test.each(["AAAA====", "AB=="])("%j is read", (data) => {
    expect(flatten([image(data)]).attachments).toHaveLength(1);
  });
});

test("what is empty, too large or too much is refused", () => {
  expect(() => flatten([image("")])).toThrow("items[0].content[0]: the attachment is empty");
  const large = Buffer.alloc(LIMITS.attachmentMaxBytes + 1).toString("base64");
  expect(() => flatten([image(large)])).toThrow("larger than 1 MB");
  expect(() => flatten(Array.from({ length: 4 }, () => image("AAAA")))).toThrow("more than 3 attachments");
});
