/**
 * Every prompt as a model gets it, in one snapshot: a change of words shows there, and nowhere else. `npx vitest run -u
 * test/engine/prompts.test.ts` writes it anew.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { duplicateMessages } from "../../src/engine/consolidation/prompts/duplicates.ts";
import { consolidationMessages } from "../../src/engine/consolidation/prompts/request.ts";
import { CONSOLIDATION_SCHEMA, DUPLICATE_SCHEMA } from "../../src/engine/consolidation/prompts/schemas.ts";
import { readLabelGroups } from "../../src/engine/labels/label-groups.ts";
import { splitMarkdown } from "../../src/engine/mental-models/document/split.ts";
import { closingPrompt } from "../../src/engine/reflect/prompts/closing.ts";
import { evidenceMessages } from "../../src/engine/reflect/prompts/evidence.ts";
import { openingText, questionText } from "../../src/engine/reflect/prompts/question.ts";
import {
  documentFaults,
  documentRewriteMessages,
  rewriteMessages,
} from "../../src/engine/reflect/prompts/rewrite.ts";
import { structuredOutputMessages } from "../../src/engine/reflect/prompts/structured-output.ts";
import { synthesisMessages } from "../../src/engine/reflect/prompts/synthesis.ts";
import { systemPrompt } from "../../src/engine/reflect/prompts/system.ts";
import { toolbox } from "../../src/engine/reflect/tools/toolbox.ts";
import { refreshContext } from "../../src/engine/refresh/prompts/context.ts";
import { misdirectionCorrection, refusalCorrection } from "../../src/engine/refresh/prompts/correction.ts";
import { deltaMessages } from "../../src/engine/refresh/prompts/delta.ts";
import { retractionMessages } from "../../src/engine/refresh/prompts/retraction.ts";
import { answerSchema } from "../../src/engine/retain/prompts/answer-schema.ts";
import { NO_LIST_CORRECTION, wrongKeysCorrection } from "../../src/engine/retain/prompts/corrections.ts";
import { extractionMessages } from "../../src/engine/retain/prompts/extraction.ts";
import type { ReflectRequest } from "../../src/engine/types.ts";
import { textOf } from "../../src/llm/message-text.ts";
import type { ChatMessage } from "../../src/llm/types.ts";
import { REFLECT_SETTINGS } from "../support/reflect-settings.ts";

const QUESTION = "Who keeps bees?";
const REQUEST: ReflectRequest = {
  query: QUESTION,
  context: "For the village newsletter.",
  budget: "low",
  maxTokens: 4096,
  tagsMatch: "any",
  includeFacts: false,
};
const DIRECTIVES = [{ directiveId: "d", name: "Tone", content: "Be brief." }];
const [FACT, OLDER, OBSERVATION] = ["f", "e", "0"].map(
  (digit) => `${digit.repeat(8)}-0000-8000-8000-000000000000`,
);
const AT = new Date("2024-05-01T08:00:00Z");

const LABELS = readLabelGroups([
  {
    key: "mood",
    description: "How it feels",
    type: "value",
    values: [{ value: "calm", description: "" }],
  },
]);

const UNIT = {
  context: null,
  documentId: null,
  eventDate: AT,
  occurredStart: AT,
  occurredEnd: AT,
  mentionedAt: AT,
  tags: [],
  revision: "1",
};
const PENDING = { ...UNIT, observationScopes: null, consolidatedScopes: null };
const STORED = { ...UNIT, chunkId: null, sourceMemoryIds: [], position: 1, metadata: {}, proofCount: 1 };

const DOCUMENT = splitMarkdown("## Bees\n\nGreta keeps bees.\n\n- two hives\n");

function reflectTools(asDocument: boolean) {
  return toolbox({ ...REQUEST, asDocument }, REFLECT_SETTINGS, {
    hasDirectives: true,
    hasMentalModels: true,
  });
}

/** By name, what a model is sent. Text, messages, and what goes along as JSON. */
async function prompts(): Promise<Record<string, string | readonly ChatMessage[] | object>> {
  const source = {
    text: "Greta keeps bees.",
    date: { instant: AT, offsetMinutes: 0 },
    context: "a letter",
    metadata: { from: "Nils" },
  };
  const extraction = {
    mission: "Remember people.",
    customInstructions: null,
    causes: true,
    optionalDimensions: false,
    outputLanguage: null,
    labels: LABELS,
    allowFreeFormEntities: true,
  };
  const bare = { ...extraction, mission: null, labels: [], causes: false, optionalDimensions: true };
  const shape = {
    statements: true,
    optionalDimensions: false,
    causes: true,
    attachments: true,
    labels: LABELS,
  };
  const synthesis = { system: "(as above)", question: QUESTION, maxTokens: 4096, language: "Danish" };
  const open = reflectTools(false);
  const system = {
    bankName: "The crew",
    mission: "",
    disposition: { skepticism: 3, literalism: 5, empathy: 1 },
    directives: DIRECTIVES,
    offered: open.definitions.map(({ name }) => name),
    budget: "low" as const,
    now: AT,
  };
  const fact = { ...PENDING, unitId: String(FACT), text: "Greta sold one hive." };
  const observation = {
    ...STORED,
    unitId: String(OBSERVATION),
    factType: "observation" as const,
    text: "Greta keeps bees in two hives.",
  };
  const known = {
    observation,
    sources: [{ ...STORED, unitId: String(OLDER), factType: "world" as const, text: "Greta keeps bees." }],
  };
  const request = { mission: null, freeSlots: null, facts: [fact], known: [known] };
  const refresh = { sourceQuery: QUESTION, document: DOCUMENT };
  return {
    "retain: concise": await extractionMessages(source, { ...extraction, mode: "concise" }),
    "retain: verbose, in another language, of an assistant": await extractionMessages(
      { ...source, narrator: "Hal" },
      { ...bare, mode: "verbose", outputLanguage: "Danish" },
    ),
    "retain: verbatim": await extractionMessages(source, { ...bare, mode: "verbatim" }),
    "retain: with an attachment that is gone": await extractionMessages(
      { ...source, text: "Here they are: ⟦hs-att:0123456789ab⟧" },
      { ...bare, mode: "concise" },
    ),
    "retain: the answer's schema": answerSchema(shape),
    "retain: after an answer without a list": NO_LIST_CORRECTION,
    "retain: after facts of other keys": wrongKeysCorrection(["fact"]),
    "reflect: system": systemPrompt(system),
    "reflect: system, with a mission and no directives": systemPrompt({
      ...system,
      mission: "You are the village chronicler.",
      directives: [],
      budget: "high",
    }),
    "reflect: the question": openingText(questionText(REQUEST), "You are the village chronicler.", "Danish"),
    "reflect: tools": open.definitions,
    "reflect: done, for a document": reflectTools(true).done,
    "reflect: closing call": closingPrompt(QUESTION, REQUEST),
    "reflect: closing call, for a document": closingPrompt(QUESTION, { ...REQUEST, asDocument: true }),
    "reflect: answer in plain text": synthesisMessages({ toolResults: ['{"memories":[]}'] }, synthesis),
    "reflect: notes of a part": evidenceMessages(QUESTION, '{"memories":[]}'),
    "reflect: answer from notes": synthesisMessages({ notes: ["Greta keeps bees [f1]"] }, synthesis),
    "reflect: shorter": rewriteMessages(QUESTION, "Greta keeps bees, as is well known.", 8),
    "reflect: shorter, as a document": documentRewriteMessages(QUESTION, "## Bees", 8),
    "reflect: after a document that cannot be read": documentFaults(["`sections` is no list"]),
    "reflect: structured output": structuredOutputMessages(QUESTION, "Greta does."),
    consolidation: consolidationMessages(request),
    "consolidation: with a mission and little room": consolidationMessages({
      ...request,
      mission: "Only trades.",
      freeSlots: 1,
    }),
    "consolidation: the answer's schema": CONSOLIDATION_SCHEMA,
    "consolidation: near duplicates": duplicateMessages("Greta has bees.", observation.text),
    "consolidation: the verdict's schema": DUPLICATE_SCHEMA,
    "refresh: what reflect is told": refreshContext("Bees", { isDelta: false }),
    "refresh: what reflect is told of a delta": refreshContext("Bees", { isDelta: true }),
    "refresh: delta": deltaMessages({
      ...refresh,
      directives: ["Be brief."],
      facts: ["Greta sold one hive."],
      tokens: { document: 3000, budget: 2048 },
    }),
    "refresh: retraction": retractionMessages({
      ...refresh,
      withdrawn: ["Greta keeps bees."],
      holding: ["Greta sold one hive."],
    }),
    "refresh: after a reply that cannot be used": refusalCorrection(["operations[0]: `op` is missing"]),
    "refresh: after operations that do not fit": misdirectionCorrection(
      [{ op: "remove_block", section_id: "bees", block_id: "b0", reason: "there is no such block" }],
      DOCUMENT,
    ),
  };
}

test("say what they say", async () => {
  const parts = Object.entries(await prompts()).map(([name, prompt]) => `# ${name}\n\n${shown(prompt)}`);
  await expect(`${parts.join("\n\n")}\n`).toMatchFileSnapshot("./prompts.snapshot.txt");
});

test("none is missing here", () => {
  const here = readFileSync(import.meta.filename, "utf8");
  const root = new URL("../../src/engine/", import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\/prompts\/.*\.ts$/.test(path));
  expect(files.length).toBeGreaterThan(10);
  // What only another prompt is made of shows in that.
  const imported = (path: string) =>
    here.includes(path) ||
    files.some((other) => readFileSync(new URL(other, root), "utf8").includes(`/${path.split("/").at(-1)}"`));
  expect(files.filter((path) => !imported(path))).toEqual([]);
});

function shown(prompt: string | readonly ChatMessage[] | object): string {
  if (typeof prompt === "string") return prompt;
  if (!isConversation(prompt)) return JSON.stringify(prompt, null, 2);
  return prompt.map(({ role, content }) => `## ${role}\n\n${textOf({ content })}`).join("\n\n");
}

function isConversation(prompt: object): prompt is readonly ChatMessage[] {
  return Array.isArray(prompt) && prompt.every((message) => "role" in message);
}
