import { setImmediate } from "node:timers/promises";
import { parseExtractionMessage } from "../../extraction-message.ts";
import { textOf } from "../../message-text.ts";
import type { ChatRequest } from "../../types.ts";
import { loadDateReader, type Reference } from "./dates.ts";
import { loadTagger, type Tagger, type Word } from "./grammar.ts";
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
  const statements = new StatementReader(text, toReference(eventDate), {
    tagger: remembering(tagger),
    dates,
  }).read();
  const facts = new Map(statements.map((statement) => [statement.text, toFact(statement)]));
  return JSON.stringify({ facts: [...facts.values()] });
}

function toReference(eventDate: string | null): Reference | undefined {
  if (eventDate === null) return undefined;
  const [, sign, hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)$/.exec(eventDate) ?? [];
  const offsetMinutes = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return { instant: new Date(eventDate), offsetMinutes };
}

/** A tagger that does not tag a sentence twice. */
function remembering(tagger: Tagger): Tagger {
  const tagged = new Map<string, Word[]>();
  return (sentence) => {
    const words = tagged.get(sentence) ?? tagger(sentence);
    tagged.set(sentence, words);
    return words;
  };
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
