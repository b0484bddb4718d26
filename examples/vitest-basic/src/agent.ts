import { HindsightClient } from "@vectorize-io/hindsight-client";

export interface Agent {
  /** Remembers what the user says, without waiting for it. */
  chat(message: string): Promise<void>;
  /** Answers a question from what it remembers. */
  ask(question: string): Promise<string>;
}

/** A small agent with a memory: the code under test. */
export function createAgent(options: { hindsightUrl: string; bankId: string }): Agent {
  const memory = new HindsightClient({ baseUrl: options.hindsightUrl });
  return {
    async chat(message) {
      await memory.retain(options.bankId, message, { async: true });
    },
    async ask(question) {
      return (await memory.reflect(options.bankId, question)).text;
    },
  };
}
