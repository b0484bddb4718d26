import { LlmError } from "../../llm/llm-error.ts";
import type { ChatMessage, ChatModel, ChatResponse, LlmAttribution, TokenUsage } from "../../llm/types.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { type ExtractedFact, type FactList, isWorthAskingAgain, readFacts } from "./facts.ts";
import { halve } from "./halving.ts";
import {
  ANSWER_SCHEMA,
  type ChunkSource,
  extractionMessages,
  NO_LIST_CORRECTION,
  wrongKeysCorrection,
} from "./prompt.ts";
import type { ExtractionMode, RetainSettings } from "./settings.ts";

export interface ChunkFacts {
  facts: ExtractedFact[];
  /** Of every answer, those that were asked for again included. */
  usage: TokenUsage;
}

export interface ExtractionLimits {
  /** Of one answer, in tokens. */
  maxCompletionTokens: number;
  /** How often a chunk is asked for again until the answer can be used. */
  askAgain: number;
}

/** Draws the facts out of one chunk. */
export interface FactExtractor {
  /** @throws when the model failed, or never gave a usable answer. */
  extract(source: ChunkSource, signal?: AbortSignal): Promise<ChunkFacts>;
}

/** Needs no model: the chunk is the fact. */
export const chunkExtractor: FactExtractor = {
  async extract({ text }) {
    const fact: ExtractedFact = { text, factType: "world", isEvent: false, entities: [] };
    return { facts: [fact], usage: NO_USAGE };
  },
};

/** Asks a model, in the bank's mode. */
export class ModelExtractor implements FactExtractor {
  readonly #model: ChatModel;
  readonly #mode: ExtractionMode;
  readonly #settings: RetainSettings;
  readonly #attribution: LlmAttribution;
  readonly #limits: ExtractionLimits;

  constructor(
    model: ChatModel,
    options: {
      mode: ExtractionMode;
      settings: RetainSettings;
      limits: ExtractionLimits;
      attribution: LlmAttribution;
    },
  ) {
    this.#model = model;
    this.#mode = options.mode;
    this.#settings = options.settings;
    this.#attribution = options.attribution;
    this.#limits = options.limits;
  }

  async extract(source: ChunkSource, signal?: AbortSignal): Promise<ChunkFacts> {
    const answer = await this.#ask(source, signal);
    const [first] = answer.facts;
    if (this.#mode !== "verbatim" || !first) return answer;
    const entities = answer.facts.flatMap((fact) => fact.entities);
    return { facts: [{ ...first, text: source.text, entities }], usage: answer.usage };
  }

  async #ask(source: ChunkSource, signal: AbortSignal | undefined): Promise<ChunkFacts> {
    let messages = extractionMessages(source, this.#mode, this.#settings);
    let usage = NO_USAGE;
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.#complete(messages, source.metadata, signal);
      if (response === "cut off") {
        const halves = await this.#askHalves(source, signal);
        return { facts: halves.facts, usage: addUsage(usage, halves.usage) };
      }
      usage = addUsage(usage, response.usage);
      const list = readFacts(response.content ?? "");
      const isLast = attempt === this.#limits.askAgain;
      if (list && (isLast || !isWorthAskingAgain(list))) return { facts: usableFacts(list), usage };
      if (isLast) throw new Error("The model's answer has no list of facts");
      messages = [...messages, correction(list)];
    }
  }

  async #complete(
    messages: ChatMessage[],
    itemMetadata: Record<string, string> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ChatResponse | "cut off"> {
    try {
      return await this.#model.complete(
        {
          scope: "retain_extract_facts",
          messages,
          responseFormat: "json",
          responseSchema: ANSWER_SCHEMA,
          maxTokens: this.#limits.maxCompletionTokens,
          ...(itemMetadata && { itemMetadata }),
          attribution: this.#attribution,
        },
        signal,
      );
    } catch (error) {
      if (error instanceof LlmError && error.kind === "length") return "cut off";
      throw error;
    }
  }

  /** The output did not fit: both halves of the text are asked for. A text too short for that is given up, without facts. */
  async #askHalves(source: ChunkSource, signal: AbortSignal | undefined): Promise<ChunkFacts> {
    const halves = halve(source.text);
    if (!halves) return { facts: [], usage: NO_USAGE };
    const [first, second] = await Promise.all([
      this.#ask({ ...source, text: halves[0] }, signal),
      this.#ask({ ...source, text: halves[1] }, signal),
    ]);
    return { facts: [...first.facts, ...second.facts], usage: addUsage(first.usage, second.usage) };
  }
}

function correction(list: FactList | undefined): ChatMessage {
  return { role: "user", content: list ? wrongKeysCorrection(list.wrongKeys) : NO_LIST_CORRECTION };
}

/** @throws when the list has elements, but none that is a fact. */
function usableFacts(list: FactList): ExtractedFact[] {
  if (list.malformed > 0 && list.facts.length === 0) {
    throw new Error("The model's list has no element that can be read as a fact");
  }
  return list.facts;
}
