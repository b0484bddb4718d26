import { type DateReader, dateOfDay, type FoundDate, type Reference } from "./dates.ts";
import { resolveFirstPerson } from "./first-person.ts";
import { type Tagger, tenseOf, type Word } from "./grammar.ts";
import { namesOf, titlesIn } from "./names.ts";
import { type Paragraph, splitParagraphs } from "./paragraphs.ts";
import { splitSentences } from "./sentences.ts";
import { isAddress, isQuestion, isRequest, isShortAnswer, isSmallTalk, needsQuestion } from "./small-talk.ts";
import { capitalise, type Speaker, toSpeaker } from "./speakers.ts";
import { merge, namePronoun, pointsBack, type Statement } from "./statement.ts";
import { type TextContext, textContext } from "./text-context.ts";
import { splitUtterances, type Utterance } from "./utterances.ts";

const FIRST_PERSON = /\b(?:I|I['’](?:m|ve|ll|d)|[Mm]e|[Mm]y|[Mm]ine)\b/;
const SECOND_PERSON = /\byou(?:r|rs|rself|['’]\p{L}+)?\b/iu;

/** What begins a spoken sentence without being part of what it says. */
const LEAD_IN =
  /^(?:(?:oh|well|yeah|wow|hey|hi|hello|anyway|btw|by the way|okay|ok|haha|hmm|aw+)(?:\s+\p{L}+(?=[,!]))?[,!]\s+)+/iu;

interface Question {
  asker: Speaker;
  text: string;
}

/** Reads the statements of one text. */
export class StatementReader {
  readonly #tagger: Tagger;
  readonly #dates: DateReader;
  readonly #utterances: readonly Utterance[];
  readonly #context: TextContext;
  readonly #statements: Statement[] = [];
  /** When what is read was written; headings move it. */
  #reference: Reference | undefined;
  /** Whether a heading dated what is read, as in a diary. */
  #isDated = false;
  /** What the speaker before asked last, still to be answered. */
  #question: Question | undefined;

  constructor(text: string, reference: Reference | undefined, tools: { tagger: Tagger; dates: DateReader }) {
    this.#tagger = tools.tagger;
    this.#dates = tools.dates;
    this.#utterances = splitUtterances(text);
    this.#context = textContext(this.#utterances, tools.tagger);
    this.#reference = reference;
  }

  read(): Statement[] {
    for (const utterance of this.#utterances) this.#readUtterance(utterance);
    return this.#statements;
  }

  #readUtterance(utterance: Utterance): void {
    const speaker = utterance.speaker === undefined ? undefined : toSpeaker(utterance.speaker);
    if (utterance.speaker !== undefined && !speaker) return;
    const before = this.#reference;
    const stamp = utterance.date === undefined ? undefined : this.#dates.readStamp(utterance.date, before);
    if (stamp) this.#reference = stamp;
    let asked: string | undefined;
    for (const paragraph of splitParagraphs(utterance.text)) {
      if (this.#readHeading(paragraph)) continue;
      let previous: Statement | undefined;
      for (const sentence of sentencesOf(paragraph)) {
        const said = speaker ? capitalise(sentence.replace(LEAD_IN, "")) : sentence;
        const asks = isQuestion(said);
        if (!asks) previous = this.#readSentence(said, speaker, previous);
        else if (speaker?.kind === "user" && isRequest(said)) this.#addRequest(said, speaker);
        asked = asks ? said : undefined;
      }
    }
    this.#question = speaker && asked !== undefined ? { asker: speaker, text: asked } : undefined;
    if (stamp) this.#reference = before;
  }

  /** Takes a heading's date over. @returns whether the paragraph is a heading, which states nothing itself. */
  #readHeading(paragraph: Paragraph): boolean {
    const stamp = this.#dates.readHeading(paragraph.text, this.#reference);
    if (stamp) {
      this.#reference = stamp;
      this.#isDated = true;
    }
    return stamp !== undefined || paragraph.kind === "heading";
  }

  /**
   * @param previous the statement before it in the same paragraph.
   * @returns the statement that the sentence is now part of.
   */
  #readSentence(
    sentence: string,
    speaker: Speaker | undefined,
    previous: Statement | undefined,
  ): Statement | undefined {
    if (isAddress(sentence)) return previous;
    const isEmpty = isSmallTalk(sentence, this.#context.addressed);
    if (isEmpty && !isShortAnswer(sentence)) {
      if (speaker || !previous) return previous;
    } else {
      const question = this.#takeQuestion();
      if (speaker && question && this.#answers(sentence, speaker, question)) {
        return this.#addAnswer(sentence, speaker, question);
      }
      if (isEmpty && (speaker || !previous)) return previous;
    }
    const named = previous?.subject === undefined ? sentence : namePronoun(sentence, previous.subject);
    const statement = this.#state(named, speaker);
    if (previous && pointsBack(named) && merge(previous, statement)) return previous;
    this.#statements.push(statement);
    return statement;
  }

  /** Only what is said first can answer it. */
  #takeQuestion(): Question | undefined {
    const question = this.#question;
    this.#question = undefined;
    return question;
  }

  #answers(sentence: string, speaker: Speaker, { asker, text }: Question): boolean {
    if (asker.name === speaker.name || isSmallTalk(text, this.#context.addressed)) return false;
    const hasVerb = this.#tagger(sentence).some((word) => word.tags.has("Verb") && !word.tags.has("Gerund"));
    return needsQuestion(sentence, hasVerb);
  }

  #addAnswer(sentence: string, speaker: Speaker, { asker, text }: Question): Statement {
    const statement = this.#state(`${text} ${sentence}`, undefined);
    const answer = {
      ...statement,
      text: `Asked ${quote(text)}, ${speaker.name} said: ${quote(sentence)}`,
      speaker,
      entities: [...entitiesOf(asker), ...entitiesOf(speaker), ...statement.entities],
    };
    this.#statements.push(answer);
    return answer;
  }

  #addRequest(sentence: string, speaker: Speaker): void {
    const statement = this.#state(sentence, undefined);
    const entities = [...entitiesOf(speaker), ...statement.entities];
    this.#statements.push({ ...statement, text: `The user asked: ${quote(sentence)}`, speaker, entities });
  }

  #state(sentence: string, speaker: Speaker | undefined): Statement {
    const words = this.#tagger(sentence);
    const names = namesOf(words, this.#context.names);
    const people = names.filter((name) => name.isPerson);
    const isPersonal = FIRST_PERSON.test(sentence);
    const resolved = speaker && isPersonal ? resolveFirstPerson(words, speaker.name) : undefined;
    const concerned = speaker && (isPersonal || speaker.kind === "person") ? entitiesOf(speaker) : [];
    const addressee = SECOND_PERSON.test(sentence) ? this.#otherThan(speaker) : undefined;
    return {
      text: resolved === undefined ? sentence : capitalise(resolved),
      speaker,
      addressee,
      isOwn: speaker?.kind === "assistant" && isPersonal,
      entities: [
        ...concerned,
        ...(addressee ? entitiesOf(addressee) : []),
        ...names.map((name) => name.text),
        ...titlesIn(sentence),
      ],
      subject: !speaker && people.length === 1 && people[0]?.start === 0 ? people[0].text : undefined,
      date: this.#dateOf(sentence, words, speaker),
    };
  }

  #otherThan(speaker: Speaker | undefined): Speaker | undefined {
    return speaker && this.#context.pair?.find((other) => other.name !== speaker.name);
  }

  #dateOf(sentence: string, words: readonly Word[], speaker: Speaker | undefined): FoundDate | undefined {
    const tense = tenseOf(words);
    const found = this.#dates.find(sentence, this.#reference, tense);
    if (found || speaker || !this.#isDated || tense !== "past" || !this.#reference) return found;
    return dateOfDay(this.#reference);
  }
}

function entitiesOf(speaker: Speaker): string[] {
  return speaker.entity === undefined ? [] : [speaker.entity];
}

/** In quotation marks, unless it has some of its own. */
function quote(text: string): string {
  return text.includes('"') ? text : `"${text}"`;
}

function sentencesOf({ text, label }: Paragraph): string[] {
  // A chunk may begin with the end of a sentence.
  const sentences = splitSentences(text.replace(/^[.!?;,]+\s+/, ""));
  const [first, ...rest] = sentences;
  return label === undefined || first === undefined ? sentences : [`${label}: ${first}`, ...rest];
}
