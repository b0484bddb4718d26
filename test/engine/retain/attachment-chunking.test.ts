import fc from "fast-check";
import { expect, test } from "vitest";
import { placeholderIds } from "../../../src/engine/attachments/placeholders.ts";
import { chunkAroundAttachments } from "../../../src/engine/retain/attachment-chunking.ts";

const A = "⟦hs-att:aaaaaaaaaaaa⟧";
const B = "⟦hs-att:bbbbbbbbbbbb⟧";

test("an attachment stays with the prose before it as long as both fit", () => {
  expect(chunkAroundAttachments(`Look:\n\n${A}\n\nthen`, 40, 8)).toEqual([`Look:\n\n${A}\n\nthen`]);
  expect(chunkAroundAttachments(`Look:\n\n${A}\n\n${B}`, 40, 8)).toEqual([`Look:\n\n${A}`, B]);
});

test("prose that does not fit goes on behind an attachment where a quarter is free, and else begins anew", () => {
  // It is cut for the room that is left, and what comes behind is packed without the blanks at the cuts.
  expect(chunkAroundAttachments(`${A}one two three four`, 30, 8)).toEqual([`${A}one two`, "threefour"]);
  expect(chunkAroundAttachments(`${A}one two three four`, 26, 8)).toEqual([A, "one two three four"]);
});

test("a chunk holds no more attachments than it may", () => {
  expect(chunkAroundAttachments(`${A}${B}${A}`, 1000, 2)).toEqual([`${A}${B}`, A]);
});

test("no attachment is lost or split, and chunks are no longer than they may be", () => {
  const run = fc.constantFrom(A, B, "word ", "Sentence. ", "\n\n", "😀");
  fc.assert(
    fc.property(
      fc.array(run),
      fc.integer({ min: 22, max: 90 }),
      fc.integer({ min: 1, max: 4 }),
      (runs, limit, most) => {
        const text = runs.join("");
        const chunks = chunkAroundAttachments(text, limit, most);
        expect(chunks.flatMap(placeholderIds)).toEqual(placeholderIds(text));
        expect(chunks.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
        for (const chunk of chunks) {
          expect([...chunk].length).toBeLessThanOrEqual(limit);
          expect(placeholderIds(chunk).length).toBeLessThanOrEqual(most);
        }
      },
    ),
  );
});
