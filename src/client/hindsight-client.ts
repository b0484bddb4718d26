import {
  type HindsightClientOptions,
  HindsightClient as OfficialClient,
} from "@vectorize-io/hindsight-client";
import type { Bank } from "./bank.ts";
import { checkClientOptions } from "./client-options.ts";
import { connectionOf } from "./connection.ts";
import { guard } from "./guard.ts";
import { HindsightApi } from "./hindsight-api.ts";
import type { Answer, CallOptions } from "./sdk-types.ts";

/**
 * The official client, with its methods grouped by what they are about, and errors that say which request failed and how.
 *
 * @example
 * const client = new HindsightClient({ baseUrl: server.url });
 * await client.banks.create("my-bank", { mission: "Help users" });
 * await client.retain("my-bank", "Alice works at Google");
 * const bank = client.bank("my-bank");
 * const { results } = await bank.recall("Where does Alice work?");
 */
export class HindsightClient extends OfficialClient {
  readonly banks: HindsightApi["banks"];
  readonly mentalModels: HindsightApi["mentalModels"];
  readonly directives: HindsightApi["directives"];
  readonly memories: HindsightApi["memories"];
  readonly documents: HindsightApi["documents"];
  readonly entities: HindsightApi["entities"];
  readonly operations: HindsightApi["operations"];
  readonly #api: HindsightApi;

  /**
   * @param options.baseUrl a server's `url`. `apiKey` is sent as `Authorization: Bearer …`, `headers` with every request.
   * @throws TestkitError `INVALID_OPTION`
   */
  constructor(options: HindsightClientOptions) {
    super(checkClientOptions(options));
    const connection = connectionOf(this);
    guard(connection.http);
    this.#api = new HindsightApi({ ready: async () => connection });
    this.banks = this.#api.banks;
    this.mentalModels = this.#api.mentalModels;
    this.directives = this.#api.directives;
    this.memories = this.#api.memories;
    this.documents = this.#api.documents;
    this.entities = this.#api.entities;
    this.operations = this.#api.operations;
  }

  /** One bank, for calls without its id. Nothing is asked of the server, and none is made. */
  bank(id: string): Bank {
    return this.#api.bank(id);
  }

  /** `banks.get`: servers since 1.1 have removed the route that the official client asks. */
  override getBankProfile(bankId: string, options?: CallOptions): Promise<Answer<"getBankProfile">> {
    return this.banks.get(bankId, options);
  }
}
