import { setImmediate } from "node:timers/promises";
import { parseExtractionMessage } from "../../extraction-message.ts";
import { textOf } from "../../message-text.ts";
import type { ChatMessage, ChatRequest } from "../../types.ts";
import { loadDateReader, type Reference } from "./dates.ts";
import { loadTagger, remembering } from "./grammar.ts";
import type { Statement } from "./statement.ts";
import { StatementReader } from "./statement-reader.ts";

/** Texts are read one after the other, and others get their turn in between. */
let turn: Promise<void> = Promise.resolve();

/**
 * Answers a request for the facts of a text, as a model would: with the JSON text that the request asks for. The same
 * request always gets the same answer.
 */
export async function extractFacts(request: ChatRequest): Promise<string> {
  const message = request.messages.find(({ role }) => role === "user");
  const { text, eventDate } = parseExtractionMessage(textOf(message));
  const [tagger, dates] = await Promise.all([loadTagger(), loadDateReader()]);
  turn = turn.then(() => setImmediate());
  await turn;
  const tools = { tagger: remembering(tagger), dates };
  const read = (part: string) => new StatementReader(part, toReference(eventDate), tools).read();
  const statements = read(text);
  const facts = new Map(statements.map((statement) => [statement.text, toFact(statement)]));
  const captions = textsBeforeAttachments(message).map(
    (before) => read(before).at(-1)?.text ?? statements[0]?.text,
  );
  if (captions.length === 0) return JSON.stringify({ facts: [...facts.values()] });
  const shown = (caption: string) => captions.flatMap((text, index) => (text === caption ? index + 1 : []));
  return JSON.stringify({
    facts: [...facts].map(([text, fact]) => ({ ...fact, from_attachments: shown(text) })),
  });
}

/**
 * It sees nothing in an image or a file: it takes what is said just before one, or else what is said first, for its caption.
 * @returns what stands before each attachment, in their order.
 */
function textsBeforeAttachments(message: ChatMessage | undefined): string[] {
  const parts = message?.content ?? "";
  if (typeof parts === "string") return [];
  return parts.flatMap((part, index) => {
    if (part.type === "text") return [];
    const before = { content: parts.slice(0, index) };
    return parseExtractionMessage(textOf(before)).text;
  });
}

function toReference(eventDate: string | null): Reference | undefined {
  if (eventDate === null) return undefined;
  const [, sign, hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)$/.exec(eventDate) ?? [];
  const offsetMinutes = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return { instant: new Date(eventDate), offsetMinutes };
}

const NOTHING = "N/A";

/** A statement with the keys of the answer's schema. */
function toFact({ text, speaker, addressee, isOwn, entities, date }: Statement) {
  return {
    what: text,
    when: date?.words ?? NOTHING,
    where: NOTHING,
    who: speaker ? speaker.name + (addressee ? ` (to ${addressee.name})` : "") : NOTHING,
    why: NOTHING,
    fact_kind: date ? "event" : "conversation",
    fact_type: isOwn ? "assistant" : "world",
    occurred_start: date?.start ?? null,
    occurred_end: date?.end ?? null,
    entities: [...new Set(entities)],
  };
}
