import { sdk } from "@vectorize-io/hindsight-client";
import { type ClientSource, to } from "../connection.ts";
import type { Answer, CallOptions, Query } from "../sdk-types.ts";

/** Whom and what a bank's facts are about. */
export class EntitiesNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  /** Those that are mentioned most come first. */
  async list(
    bankId: string,
    { signal, ...query }: Query<"listEntities"> & CallOptions = {},
  ): Promise<Answer<"listEntities">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.listEntities({
      ...to(connection, { bank_id: bankId }, signal),
      query,
    });
    return data;
  }

  async get(bankId: string, entityId: string, { signal }: CallOptions = {}): Promise<Answer<"getEntity">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.getEntity(to(connection, { bank_id: bankId, entity_id: entityId }, signal));
    return data;
  }

  /**
   * Which entities occur together.
   * @param options.minCount how often at least.
   */
  async graph(
    bankId: string,
    { signal, limit, minCount }: { limit?: number; minCount?: number } & CallOptions = {},
  ): Promise<Answer<"getEntityGraph">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.getEntityGraph({
      ...to(connection, { bank_id: bankId }, signal),
      query: {
        ...(limit !== undefined && { limit }),
        ...(minCount !== undefined && { min_count: minCount }),
      },
    });
    return data;
  }
}
