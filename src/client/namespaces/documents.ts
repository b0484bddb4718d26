import { sdk } from "@vectorize-io/hindsight-client";
import { type ClientSource, to } from "../connection.ts";
import type { Answer, CallOptions, OptionsOf, Query } from "../sdk-types.ts";

/** What was retained, as it was given. */
export class DocumentsNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  async list(bankId: string, options?: OptionsOf<"listDocuments">): Promise<Answer<"listDocuments">> {
    const { client } = await this.#source.ready();
    return client.listDocuments(bankId, options);
  }

  /** @returns null where there is no such document. */
  async get(
    bankId: string,
    documentId: string,
    options?: CallOptions,
  ): Promise<Answer<"getDocument"> | null> {
    const { client } = await this.#source.ready();
    return client.getDocument(bankId, documentId, options);
  }

  /** The pieces that its facts were taken from. */
  async chunks(
    bankId: string,
    documentId: string,
    { signal, ...query }: Query<"listDocumentChunks"> & CallOptions = {},
  ): Promise<Answer<"listDocumentChunks">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.listDocumentChunks({
      ...to(connection, { bank_id: bankId, document_id: documentId }, signal),
      query,
    });
    return data;
  }

  /** Changes its tags, and those of its memories. */
  async update(
    bankId: string,
    documentId: string,
    options: OptionsOf<"updateDocument">,
  ): Promise<Answer<"updateDocument">> {
    const { client } = await this.#source.ready();
    return client.updateDocument(bankId, documentId, options);
  }

  /** Has its facts taken anew, in the background. */
  async reprocess(
    bankId: string,
    documentId: string,
    { signal }: CallOptions = {},
  ): Promise<Answer<"reprocessDocument">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.reprocessDocument(
      to(connection, { bank_id: bankId, document_id: documentId }, signal),
    );
    return data;
  }

  /** Deletes it with its memories. */
  async delete(bankId: string, documentId: string, options?: CallOptions): Promise<void> {
    const { client } = await this.#source.ready();
    return client.deleteDocument(bankId, documentId, options);
  }
}
