import { LlmError } from "../../llm/llm-error.ts";
import type { ChatMessage, ChatModel, ChatResponse, JsonSchema, TokenUsage } from "../../llm/types.ts";
import type { Attribution } from "../../remote/attribution.ts";
import type { RetainServerSettings } from "../../settings/server-settings.ts";
import { describePlaceholders, placeholderIds } from "../attachments/placeholders.ts";
import { addUsage, NO_USAGE } from "../usage.ts";
import { type ExtractedFact, type FactList, isWorthAskingAgain, readFacts } from "./facts.ts";
import { halve } from "./halving.ts";
import { answerSchema } from "./prompts/answer-schema.ts";
import { NO_LIST_CORRECTION, wrongKeysCorrection } from "./prompts/corrections.ts";
import { type ChunkSource, type ExtractionPrompt, extractionMessages } from "./prompts/extraction.ts";
import type { ExtractionMode, RetainSettings } from "./settings.ts";

export interface ChunkFacts {
  facts: ExtractedFact[];
  /** Of every answer, those that were asked for again included; of one that was cut off only what came in its place. */
  usage: TokenUsage;
}

/** What the server says of an extraction. */
export type ExtractionServerSettings = Pick<
  RetainServerSettings,
  "maxCompletionTokens" | "askAgain" | "extractCausalLinks" | "optionalFactDimensions" | "outputLanguage"
>;

/** Draws the facts out of one chunk. */
export interface FactExtractor {
  /** @throws when the model failed, or never gave a usable answer. */
  extract(source: ChunkSource, signal?: AbortSignal): Promise<ChunkFacts>;
}

/** Needs no model: the chunk is the fact. */
export const chunkExtractor: FactExtractor = {
  async extract({ text }) {
    return { facts: [wholeChunk(text)], usage: NO_USAGE };
  },
};

/** A chunk as a fact, drawn from all that stands in it. */
function wholeChunk(text: string): ExtractedFact {
  return {
    text: describePlaceholders(text),
    factType: "world",
    entities: [],
    causes: [],
    attachments: placeholderIds(text).map((_, index) => index + 1),
  };
}

/** Asks a model, in the bank's mode. */
export class ModelExtractor implements FactExtractor {
  readonly #model: ChatModel;
  readonly #prompt: ExtractionPrompt;
  readonly #server: ExtractionServerSettings;
  readonly #attribution: Attribution;

  constructor(
    model: ChatModel,
    options: {
      mode: ExtractionMode;
      settings: RetainSettings;
      server: ExtractionServerSettings;
      attribution: Attribution;
    },
  ) {
    const { mode, settings, server } = options;
    this.#model = model;
    this.#server = server;
    this.#attribution = options.attribution;
    this.#prompt = {
      mode,
      mission: settings.retainMission || null,
      customInstructions: settings.retainCustomInstructions,
      causes: server.extractCausalLinks,
      optionalDimensions: server.optionalFactDimensions,
      outputLanguage: server.outputLanguage,
      labels: settings.labels,
      allowFreeFormEntities: settings.allowFreeFormEntities,
    };
  }

  async extract(source: ChunkSource, signal?: AbortSignal): Promise<ChunkFacts> {
    const answer = await this.ask(source, signal);
    const [first] = answer.facts;
    if (this.#prompt.mode !== "verbatim" || !first) return answer;
    const entities = [...new Set(answer.facts.flatMap((fact) => fact.entities))];
    const { text, attachments } = wholeChunk(source.text);
    return { facts: [{ ...first, text, attachments, entities }], usage: answer.usage };
  }

  /** The facts as the model stated them, in the mode `verbatim` too. */
  async ask(source: ChunkSource, signal?: AbortSignal): Promise<ChunkFacts> {
    const messages = await extractionMessages(source, this.#prompt);
    const schema = this.#schemaFor(source);
    let correction: ChatMessage[] = [];
    let usage = NO_USAGE;
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.#complete([...messages, ...correction], schema, source, signal);
      if (response === "cut off") return this.#askHalves(source, signal);
      usage = addUsage(usage, response.usage);
      const list = this.#read(response.content ?? "", source);
      const isLast = attempt === this.#server.askAgain;
      if (list && (isLast || !isWorthAskingAgain(list))) return { facts: usableFacts(list), usage };
      if (isLast) throw new Error("The model's answer has no list of facts");
      correction = [correctionOf(list)];
    }
  }

  #schemaFor({ text }: ChunkSource): JsonSchema {
    const { mode, optionalDimensions, causes, labels } = this.#prompt;
    return answerSchema({
      statements: mode !== "verbatim",
      optionalDimensions,
      causes: causes && mode !== "verbatim",
      attachments: placeholderIds(text).length > 0,
      labels,
    });
  }

  #read(content: string, { date }: ChunkSource): FactList | undefined {
    const { mode, labels, allowFreeFormEntities, causes } = this.#prompt;
    return readFacts(content, { verbatim: mode === "verbatim", date, labels, allowFreeFormEntities, causes });
  }

  async #complete(
    messages: ChatMessage[],
    responseSchema: JsonSchema,
    { metadata }: ChunkSource,
    signal: AbortSignal | undefined,
  ): Promise<ChatResponse | "cut off"> {
    try {
      return await this.#model.complete(
        {
          scope: "retain_extract_facts",
          messages,
          responseFormat: "json",
          responseSchema,
          maxTokens: this.#server.maxCompletionTokens,
          ...(metadata && { itemMetadata: metadata }),
          attribution: this.#attribution,
        },
        signal,
      );
    } catch (error) {
      if (error instanceof LlmError && error.kind === "length") return "cut off";
      throw error;
    }
  }

  /** The output did not fit: both halves of the text are asked for. A text that cannot be halved is given up, without facts. */
  async #askHalves(source: ChunkSource, signal: AbortSignal | undefined): Promise<ChunkFacts> {
    const halves = halve(source.text);
    if (!halves) return { facts: [], usage: NO_USAGE };
    const [first, second] = await Promise.all([
      this.ask({ ...source, text: halves[0] }, signal),
      this.ask({ ...source, text: halves[1] }, signal),
    ]);
    return { facts: [...first.facts, ...second.facts], usage: addUsage(first.usage, second.usage) };
  }
}

function correctionOf(list: FactList | undefined): ChatMessage {
  return { role: "user", content: list ? wrongKeysCorrection(list.wrongKeys) : NO_LIST_CORRECTION };
}

/** @throws when the list has elements, but none that is a fact. */
function usableFacts(list: FactList): ExtractedFact[] {
  if (list.malformed > 0 && list.facts.length === 0) {
    throw new Error("The model's list has no element that can be read as a fact");
  }
  return list.facts;
}
