import { expect, test } from "vitest";
import { SettingsReader } from "../../src/settings/environment.ts";
import { misspeltVariables } from "../../src/settings/misspelt.ts";

test("a variable that nothing reads is named with the one that is spelt nearly the same", () => {
  const reader = new SettingsReader({});
  reader.integer("RETAIN_CHUNK_SIZE");
  reader.text("LLM_API_KEY");
  const environment = {
    HINDSIGHT_API_RETAIN_CHUNK_SZIE: "1",
    HINDSIGHT_API_LLM_APIKEY: "1",
    HINDSIGHT_API_LLM_API_KEY: "1",
    HINDSIGHT_API_PORT: "1",
    HINDSIGHT_API_POTR: "1",
    HINDSIGHT_API_OF_NO_USE_HERE: "1",
  };
  expect(misspeltVariables(environment)).toEqual([
    { name: "HINDSIGHT_API_RETAIN_CHUNK_SZIE", nearest: "HINDSIGHT_API_RETAIN_CHUNK_SIZE" },
    { name: "HINDSIGHT_API_LLM_APIKEY", nearest: "HINDSIGHT_API_LLM_API_KEY" },
    { name: "HINDSIGHT_API_POTR", nearest: "HINDSIGHT_API_PORT" },
  ]);
});
