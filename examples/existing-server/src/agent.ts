import { HindsightClient } from "@vectorize-io/hindsight-client";

export interface AgentOptions {
  hindsightUrl: string;
  apiKey?: string | undefined;
  /** Its memory. On a server that others use too, an agent must not choose it itself. */
  bankId: string;
}

/** A small agent with a memory: the code under test. */
export class Agent {
  readonly #memory: HindsightClient;
  readonly #bankId: string;

  constructor({ hindsightUrl, apiKey, bankId }: AgentOptions) {
    this.#memory = new HindsightClient({ baseUrl: hindsightUrl, ...(apiKey !== undefined && { apiKey }) });
    this.#bankId = bankId;
  }

  /** Remembers what the user says, without waiting for it. */
  async chat(message: string): Promise<void> {
    await this.#memory.retain(this.#bankId, message, { async: true });
  }

  /** Answers a question from what it remembers. */
  async ask(question: string): Promise<string> {
    return (await this.#memory.reflect(this.#bankId, question)).text;
  }
}
