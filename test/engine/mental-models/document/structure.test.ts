import { describe, expect, test } from "vitest";
import { readDocument } from "../../../../src/engine/mental-models/document/from-answer.ts";
import { splitMarkdown } from "../../../../src/engine/mental-models/document/split.ts";
import { renderDocument } from "../../../../src/engine/mental-models/document/structure.ts";

const DOCUMENT = {
  sections: [
    { heading: "Trees", level: 2, blocks: ["Quinces grow on the south wall.", "- medlars\n- quinces"] },
    { heading: "Losses", level: 3, blocks: ["None yet."] },
  ],
};
const TEXT =
  "## Trees\n\nQuinces grow on the south wall.\n\n- medlars\n- quinces\n\n### Losses\n\nNone yet.\n";

function read(value: unknown) {
  const result = readDocument(value);
  if ("faults" in result) throw new Error(result.faults.join("; "));
  return result.document;
}

describe("a document that a model answers with", () => {
  test.each([
    ["an object with sections", DOCUMENT],
    ["a list of sections", DOCUMENT.sections],
    ["JSON in a string", JSON.stringify(DOCUMENT)],
    ["JSON in a string in a string", JSON.stringify(JSON.stringify(DOCUMENT))],
  ])("is read from %s", (_, value) => {
    expect(renderDocument(read(value))).toBe(TEXT);
  });

  test("may be a section alone", () => {
    expect(renderDocument(read({ heading: "## One", level: 9, blocks: ["a\n\nb"] }))).toBe(
      "###### One\n\na\n\nb\n",
    );
  });

  test("has ids that depend on its text alone, each once", () => {
    const { sections } = read({
      sections: [...DOCUMENT.sections, { heading: "Trees", blocks: ["None yet."] }],
    });
    expect(sections.map(({ id, blocks }) => [id, blocks.map((block) => block.id)])).toEqual([
      ["trees", ["baef8de8c", "b4f826387"]],
      ["losses", ["b36a9b94c"]],
      ["trees-2", ["b36a9b94c-2"]],
    ]);
  });

  test("is read in time when thousands of sections are alike", () => {
    const sections = Array.from({ length: 10_000 }, () => ({ heading: "Trees", blocks: ["None yet."] }));
    const began = performance.now();
    const ids = read({ sections }).sections.map(({ id, blocks }) => [id, blocks[0]?.id]);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(ids.slice(0, 2)).toEqual([
      ["trees", "b36a9b94c"],
      ["trees-2", "b36a9b94c-2"],
    ]);
    expect(ids.at(-1)).toEqual(["trees-10000", "b36a9b94c-10000"]);
  });

  test("drops what holds nothing, and keeps text before the first heading", () => {
    const { sections } = read({
      sections: [
        { heading: "", blocks: ["Hello."] },
        { heading: " ", blocks: [" "] },
      ],
    });
    expect(sections.map(({ id, heading }) => [id, heading])).toEqual([["preamble", ""]]);
  });

  test.each([
    ["prose", "Quinces grow."],
    ["an object of another kind", { text: "Quinces grow." }],
    ["sections that are no list", { sections: "none" }],
    ["a section that is no object", { sections: ["Quinces grow."] }],
    ["blocks that are no list", { sections: [{ heading: "Trees", blocks: "Quinces grow." }] }],
    ["a block that is no string", { sections: [{ heading: "Trees", blocks: [{ text: "Quinces grow." }] }] }],
  ])("is refused when it is %s", (_, value) => {
    expect(readDocument(value)).toEqual({ faults: [expect.any(String)] });
  });
});

describe("markdown as a document", () => {
  test("comes back as it was, but for the blank lines between blocks", () => {
    const markdown = "Before.\n\n\n# Title #\n\n\n    indented\n\n> quote  \n> more\n\n| a |\n|---|\n| b |\n";
    const text = renderDocument(splitMarkdown(markdown));
    expect(text).toBe(markdown.replaceAll("\n\n\n", "\n\n"));
    expect(renderDocument(splitMarkdown(text))).toBe(text);
  });

  test("keeps a code block whole, whatever stands in it", () => {
    const { sections } = splitMarkdown("## Code\n\n```sh\n# no heading\n\necho\n```\n\nAfter.");
    expect(sections.map(({ blocks }) => blocks.map(({ text }) => text))).toEqual([
      ["```sh\n# no heading\n\necho\n```", "After."],
    ]);
  });

  test("has nothing to show when it is blank", () => {
    expect(renderDocument(splitMarkdown(" \n\n"))).toBe("");
  });
});
