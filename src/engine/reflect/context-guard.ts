/** Keeps the conversation within what the server allows a model to be sent. */
import type { ChatMessage, ToolDefinition } from "../../llm/types.ts";
import { countTokens } from "../../tokens/tokens.ts";

/** What a message costs beside its text. */
const MESSAGE_TOKENS = 4;
/** Kept for what the model writes. */
const REPLY_TOKENS = 512;
const OMITTED = "[Left out to make room. It is kept for the answer.]";

/** Counts a conversation that grows: each message once. */
export class ContextGuard {
  readonly #limit: number;
  readonly #tools: readonly ToolDefinition[];
  readonly #counts = new WeakMap<object, number>();
  #hasLeftOut = false;

  /**
   * @param limit in tokens.
   * @param tools all that may be offered: they are sent along with the messages.
   */
  constructor(limit: number, tools: readonly ToolDefinition[]) {
    this.#limit = limit;
    this.#tools = tools;
  }

  /** Whether tool results were left out of the conversation: it can no longer answer the question by itself. */
  get hasLeftOut(): boolean {
    return this.#hasLeftOut;
  }

  /** The tokens that are left; negative when there are too many. */
  async room(messages: readonly ChatMessage[]): Promise<number> {
    let used = REPLY_TOKENS + (await this.#count(this.#tools));
    for (const message of messages) used += MESSAGE_TOKENS + (await this.#count(message));
    return this.#limit - used;
  }

  /** Whether nothing more fits. */
  async isFull(messages: readonly ChatMessage[]): Promise<boolean> {
    return (await this.room(messages)) <= 0;
  }

  /** Takes tool results out of the conversation, the oldest first, until it fits or there are none left. */
  async makeRoom(messages: ChatMessage[]): Promise<void> {
    let room = await this.room(messages);
    for (const [index, message] of messages.entries()) {
      if (room > 0) return;
      if (message.role !== "tool" || message.content === OMITTED) continue;
      const short = { ...message, content: OMITTED };
      messages[index] = short;
      room += (await this.#count(message)) - (await this.#count(short));
      this.#hasLeftOut = true;
    }
  }

  async #count(part: object): Promise<number> {
    const known = this.#counts.get(part);
    if (known !== undefined) return known;
    const tokens = await countTokens(JSON.stringify(part), "cl100k_base");
    this.#counts.set(part, tokens);
    return tokens;
  }
}
