import { sdk } from "@vectorize-io/hindsight-client";
import { type ClientSource, to } from "../connection.ts";
import type { Answer, CallOptions, OptionsOf } from "../sdk-types.ts";
import { asObject, asObjects } from "../untyped.ts";

/** A fact or an observation, with all that is stored of it. */
export type Memory = Record<string, unknown>;

/** What can be changed on a memory; what is left out stays as it is. */
export interface MemoryChange extends CallOptions {
  text?: string;
  context?: string;
  occurredStart?: string;
  occurredEnd?: string;
  factType?: "world" | "experience";
  entities?: string[];
  /** `invalidated` puts it into the archive, where recall does not look; `valid` brings it back. */
  state?: "valid" | "invalidated";
  reason?: string;
}

/** What a bank knows: facts, and the observations made of them. */
export class MemoriesNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  /**
   * @example
   * const { items } = await client.memories.list("test", { type: "world", limit: 50 });
   */
  async list(bankId: string, options?: OptionsOf<"listMemories">): Promise<Answer<"listMemories">> {
    const { client } = await this.#source.ready();
    return client.listMemories(bankId, options);
  }

  async get(bankId: string, memoryId: string, { signal }: CallOptions = {}): Promise<Memory> {
    const connection = await this.#source.ready();
    const { data } = await sdk.getMemory(to(connection, { bank_id: bankId, memory_id: memoryId }, signal));
    return asObject(data);
  }

  /** Changes what is given. */
  async update(bankId: string, memoryId: string, change: MemoryChange): Promise<Memory> {
    const { signal, occurredStart, occurredEnd, factType, ...fields } = change;
    const connection = await this.#source.ready();
    const { data } = await sdk.updateMemory({
      ...to(connection, { bank_id: bankId, memory_id: memoryId }, signal),
      body: {
        ...fields,
        ...(occurredStart !== undefined && { occurred_start: occurredStart }),
        ...(occurredEnd !== undefined && { occurred_end: occurredEnd }),
        ...(factType !== undefined && { fact_type: factType }),
      },
    });
    return asObject(data);
  }

  /** What an observation said before, and when it changed. */
  async history(
    bankId: string,
    memoryId: string,
    { signal }: CallOptions = {},
  ): Promise<Record<string, unknown>[]> {
    const connection = await this.#source.ready();
    const { data } = await sdk.getObservationHistory(
      to(connection, { bank_id: bankId, memory_id: memoryId }, signal),
    );
    return asObjects(data);
  }

  /** Removes all memories of the bank, or those of one type; the bank stays. */
  async clear(
    bankId: string,
    { type, signal }: { type?: "world" | "experience" | "observation" } & CallOptions = {},
  ): Promise<Answer<"clearBankMemories">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.clearBankMemories({
      ...to(connection, { bank_id: bankId }, signal),
      query: type === undefined ? {} : { type },
    });
    return data;
  }
}
