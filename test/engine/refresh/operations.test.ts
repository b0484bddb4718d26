import { describe, expect, test } from "vitest";
import { splitMarkdown } from "../../../src/engine/mental-models/document/split.ts";
import { renderDocument } from "../../../src/engine/mental-models/document/structure.ts";
import { requestOperations } from "../../../src/engine/refresh/delta/request.ts";
import type { ChatMessage } from "../../../src/llm/types.ts";

const DOCUMENT = splitMarkdown(
  "## Trees\n\nQuinces grow on the south wall.\n\n### Losses\n\nNone yet.\n\n| year | lost |\n| --- | --- |\n| 2023 | 1 |",
);
const TREES = { op: "append_block", section_id: "trees", text: "Pears ripen late." };

/** Answers with the replies in turn. */
function model(...replies: unknown[]) {
  const asked: ChatMessage[][] = [];
  const ask = async (messages: ChatMessage[]) => {
    asked.push(messages);
    const reply = replies.shift();
    return typeof reply === "string" ? reply : JSON.stringify(reply);
  };
  const run = (directed = true) =>
    requestOperations(ask, [{ role: "user", content: "Go on." }], DOCUMENT, { directed, inJson: true });
  return { asked, run };
}

describe("operations", () => {
  test("change what they name and nothing else", async () => {
    const { run, asked } = model({
      operations: [
        { op: "insert_block", section_id: "trees", after_block_id: null, text: "A walled garden." },
        { op: "rename_section", section_id: "losses", new_heading: "Lost trees" },
        { op: "append_block", section_id: "losses", text: "| 2024 | 2 |" },
        { op: "remove_block", section_id: "losses", block_id: "b36a9b94c" },
        { op: "replace_block", section_id: "trees", block_id: "baef8de8c", text: "Quinces grow." },
        {
          op: "add_section",
          heading: "Trees",
          blocks: [{ id: "x", text: "Pears." }, " "],
          after_section_id: "Losses",
        },
        { op: "append_block", section_id: "losses", text: "  " },
      ],
    });
    const change = await run();
    expect(asked).toHaveLength(1);
    expect(renderDocument(change.document)).toBe(
      "## Trees\n\nA walled garden.\n\nQuinces grow.\n\n### Lost trees\n\n| year | lost |\n| --- | --- |\n| 2023 | 1 |\n| 2024 | 2 |\n\n## Trees\n\nPears.\n",
    );
    expect(change.applied.at(2)).toEqual({
      op: "append_block",
      section_id: "losses",
      merged_into_block_id: expect.stringMatching(/^b[0-9a-f]{8}$/),
    });
    expect(change.applied.at(-1)).toEqual({
      op: "add_section",
      heading: "Trees",
      level: 2,
      after_section_id: "Losses",
      new_id: null,
      assigned_id: "trees-2",
    });
    expect(change.skipped).toEqual([
      { op: "append_block", section_id: "losses", reason: expect.any(String) },
    ]);
    expect(renderDocument(DOCUMENT)).toContain("None yet.");
  });

  test("are taken from a bare list, and may be none", async () => {
    expect((await model([TREES]).run()).applied).toHaveLength(1);
    expect((await model({ operations: [] }).run()).count).toBe(0);
    expect((await model({}).run()).count).toBe(0);
  });

  test.each([
    ["an unknown operation", { operations: [{ op: "shrink" }] }],
    ["a missing key", { operations: [TREES, { op: "append_block", section_id: "trees" }] }],
    ["a key too many", { operations: [{ ...TREES, block_id: null }] }],
    ["a wrong type", { operations: [{ ...TREES, text: 3 }] }],
    ["no list", { operations: "none" }],
    ["prose", "Nothing to do."],
  ])("are asked for once more after %s", async (_, reply) => {
    const { run, asked } = model(reply, { operations: [TREES] });
    expect((await run()).applied).toHaveLength(1);
    expect(asked[1]?.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    await expect(model(reply, reply).run()).rejects.toThrow("usable");
  });

  test("are asked for once more when one names what is not there; the second reply is final", async () => {
    const wrong = { op: "remove_block", section_id: "trees", block_id: "b36a9b94c" };
    const { run, asked } = model({ operations: [TREES, wrong] }, { operations: [TREES, wrong] });
    const change = await run();
    expect(asked).toHaveLength(2);
    expect(asked[1]?.at(-1)?.content).toContain("baef8de8c");
    expect(change.applied).toEqual([{ op: "append_block", section_id: "trees" }]);
    expect(change.skipped).toEqual([{ ...wrong, reason: expect.stringContaining("losses") }]);
  });

  test("that name what is not there are passed over where that is in order", async () => {
    const { run, asked } = model({ operations: [{ op: "remove_section", section_id: "nowhere" }] });
    expect((await run(false)).applied).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});
