import { expect, test } from "vitest";
import { createDirective } from "../../../src/engine/directives/directives.ts";
import type { ReflectRequest } from "../../../src/engine/types.ts";
import { bankWith, call } from "../../support/reflect-bank.ts";

const FACT = "Otto delivers flour on Tuesdays.";
const DIRECTIVES = [
  { name: "language", content: "Answer in French.", priority: 5, tags: [] },
  { name: "tone", content: "Be brief.", priority: 1, tags: ["flour"] },
  { name: "empty", content: "", priority: 9, tags: [] },
  { name: "off", content: "Never answer.", priority: 99, tags: [], isActive: false },
];

async function ask(request: Partial<ReflectRequest>) {
  const bank = await bankWith(
    [
      call("recall", { query: FACT }),
      call("answer_ready", { answer_found: true }),
      call("done", { answer: "Otto." }),
    ],
    [{ text: FACT, tags: ["flour"] }],
  );
  for (const directive of DIRECTIVES) {
    await createDirective(
      bank.context,
      { sandboxId: "", bankId: "bakery" },
      { isActive: true, ...directive },
    );
  }
  const { basedOn } = await bank.ask({ factTypes: ["world"], ...request });
  return { bodies: bank.bodies(), names: basedOn?.directives.map(({ name }) => name) };
}

test.each([
  ["those without tags", {}, ["empty", "language"]],
  [
    "those that the tags let through",
    { tags: ["flour"], tagsMatch: "any_strict" as const },
    ["empty", "language", "tone"],
  ],
  ["no others", { tags: ["rye"] }, ["empty", "language"]],
  [
    "those that tag groups let through",
    { tagGroups: [{ tags: ["flour"], match: "all_strict" as const }] },
    ["empty", "language", "tone"],
  ],
  ["all, where that is asked for", { applyAllDirectives: true }, ["empty", "language", "tone"]],
])("an answer follows %s, the weightiest first", async (_name, request, expected) => {
  const { names } = await ask(request);
  expect(names).toEqual(expected);
});

test("the model reads them twice, and must say how it complied", async () => {
  const { bodies } = await ask({ applyAllDirectives: true });
  const system = bodies[0]?.messages[0]?.content ?? "";
  expect(system.split("Answer in French.")).toHaveLength(3);
  expect(system.indexOf("Answer in French.")).toBeLessThan(system.indexOf("Be brief."));
  expect(system).not.toContain("Never answer.");
  const done = bodies.at(-1)?.tools?.[0]?.function.parameters;
  expect(done?.required).toContain("directive_compliance");
});
