import { sdk } from "@vectorize-io/hindsight-client";
import { type ClientSource, to } from "../connection.ts";
import type { Answer, CallOptions } from "../sdk-types.ts";

/** Which operations to list. */
export interface OperationListOptions extends CallOptions {
  status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
  /** Such as `consolidation`. */
  type?: string;
  limit?: number;
  offset?: number;
  /** Leaves out those that only stand for their parts. */
  excludeParents?: boolean;
}

/** Work that goes on in the background. */
export class OperationsNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  /** The newest come first. */
  async list(bankId: string, options: OperationListOptions = {}): Promise<Answer<"listOperations">> {
    const { signal, excludeParents, ...query } = options;
    const connection = await this.#source.ready();
    const { data } = await sdk.listOperations({
      ...to(connection, { bank_id: bankId }, signal),
      query: { ...query, ...(excludeParents !== undefined && { exclude_parents: excludeParents }) },
    });
    return data;
  }

  /**
   * Where an operation stands; `status` is `not_found` where there is none.
   * @param options.includePayload what it was given, too.
   */
  async get(
    bankId: string,
    operationId: string,
    { signal, includePayload }: { includePayload?: boolean } & CallOptions = {},
  ): Promise<Answer<"getOperationStatus">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.getOperationStatus({
      ...to(connection, { bank_id: bankId, operation_id: operationId }, signal),
      query: includePayload === undefined ? {} : { include_payload: includePayload },
    });
    return data;
  }

  /** Gives up one that has not ended. @throws RequestError with `statusCode` 409 when it has, 404 when there is none. */
  async cancel(
    bankId: string,
    operationId: string,
    { signal }: CallOptions = {},
  ): Promise<Answer<"cancelOperation">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.cancelOperation(
      to(connection, { bank_id: bankId, operation_id: operationId }, signal),
    );
    return data;
  }

  /** Queues one that failed, or was cancelled, again. @throws RequestError with `statusCode` 409 for any other. */
  async retry(
    bankId: string,
    operationId: string,
    { signal }: CallOptions = {},
  ): Promise<Answer<"retryOperation">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.retryOperation(
      to(connection, { bank_id: bankId, operation_id: operationId }, signal),
    );
    return data;
  }

  /** Removes one that has ended from the list. */
  async delete(
    bankId: string,
    operationId: string,
    { signal }: CallOptions = {},
  ): Promise<Answer<"deleteOperation">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.deleteOperation(
      to(connection, { bank_id: bankId, operation_id: operationId }, signal),
    );
    return data;
  }
}
