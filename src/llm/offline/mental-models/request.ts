/** What a request for changes of a mental model's text says, read out of its messages as any model reads it. */

import { isJsonObject } from "../../../json-object.ts";
import { parseJson } from "../../../parse-json.ts";
import { textOf } from "../../message-text.ts";
import type { ChatMessage } from "../../types.ts";
import { parseObservation } from "../consolidation/observation-text.ts";
import { readSection } from "../reflect/conversation.ts";
import { type Fact, readStatement } from "../reflect/evidence.ts";

interface KnownBlock {
  sectionId: string;
  id: string;
  text: string;
}

export interface KnownSection {
  id: string;
  heading: string;
  blocks: KnownBlock[];
}

export interface ChangeRequest {
  /** What the document answers. */
  question: string;
  sections: KnownSection[];
  /** To be worked in. */
  added: Fact[];
  /** To be taken out. */
  withdrawn: Fact[];
  /** What holds all the same. */
  holding: Fact[];
}

/** The first message holds it all: what follows it are replies that were sent back. */
export function readChangeRequest(messages: readonly ChatMessage[]): ChangeRequest {
  const prompt = messages
    .filter(({ role }) => role === "user")
    .map(textOf)
    .find((text) => readSection(text, "document") !== undefined);
  const factsIn = (name: string) => (readSection(prompt ?? "", name) ?? "").split("\n").flatMap(readFacts);
  return {
    question: readSection(prompt ?? "", "question") ?? "",
    sections: readSections(readSection(prompt ?? "", "document") ?? ""),
    added: factsIn("new_facts"),
    withdrawn: factsIn("withdrawn_facts"),
    holding: factsIn("holding_facts"),
  };
}

const DATES = /\s*[([](?=[^()[\]]*\d{4}-\d\d-\d\d)([^()[\]]*)[)\]]\s*$/;

/** Other mental models, in one line: what they say is theirs. */
const PAGE = /(?:^|\s)#{1,6}\s/;

/** What a line of a list of facts states, with its dates where they stand behind it; an observation states many things. */
function readFacts(line: string): Fact[] {
  const text = /^\s*[-*]\s+(?:\[\w+\]\s+)?(.*\S)\s*$/.exec(line)?.[1];
  if (text === undefined || PAGE.test(text)) return [];
  const dates = DATES.exec(text)?.[1] ?? "";
  const dateOf = (name: string) =>
    new RegExp(`${name}\\w*\\W+(\\d{4}-\\d\\d-\\d\\d(?:[ T]\\d\\d:\\d\\d)?)`).exec(dates)?.[1];
  const first = /\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?/.exec(dates)?.[0] ?? null;
  return parseObservation(text.replace(DATES, ""), dateOf("mentioned") ?? first).map((statement, place) => ({
    id: "",
    kind: "memory",
    ...readStatement(statement.text),
    entities: [],
    context: undefined,
    place,
    occurred: dateOf("occurred"),
    mentioned: statement.day ?? undefined,
  }));
}

function readSections(json: string): KnownSection[] {
  const document = parseJson(json);
  const sections = isJsonObject(document) && Array.isArray(document.sections) ? document.sections : [];
  return sections.flatMap((section): KnownSection[] => {
    if (!isJsonObject(section) || typeof section.id !== "string") return [];
    const { id, heading } = section;
    const blocks = Array.isArray(section.blocks) ? section.blocks : [];
    return [
      {
        id,
        heading: typeof heading === "string" ? heading : "",
        blocks: blocks.flatMap((block) =>
          isJsonObject(block) && typeof block.id === "string" && typeof block.text === "string"
            ? { sectionId: id, id: block.id, text: block.text }
            : [],
        ),
      },
    ];
  });
}
