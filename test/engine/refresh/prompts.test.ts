import { expect, test } from "vitest";
import { splitMarkdown } from "../../../src/engine/mental-models/document/split.ts";
import { refreshContext } from "../../../src/engine/refresh/prompts/context.ts";
import { deltaMessages } from "../../../src/engine/refresh/prompts/delta.ts";
import { retractionMessages } from "../../../src/engine/refresh/prompts/retraction.ts";

const sourceQuery = "What grows in the garden?";
const document = splitMarkdown("## Trees\n\nQuinces grow.");

test("what a model is told in a refresh", () => {
  expect({
    full: refreshContext("Garden", { isDelta: false }),
    delta: refreshContext("Garden", { isDelta: true }),
    operations: deltaMessages({
      sourceQuery,
      document,
      directives: ["Write British English."],
      facts: ["Figs failed\nin the frost."],
      tokens: { document: 3000, budget: 2048 },
    }),
    retraction: retractionMessages({
      sourceQuery,
      document,
      withdrawn: ["Quinces grow."],
      holding: ["Figs failed."],
    }),
  }).toMatchSnapshot();
});
