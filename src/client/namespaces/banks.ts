import { sdk } from "@vectorize-io/hindsight-client";
import { type BankList, type BankListOptions, bankProfile, listBanks } from "../bank-list.ts";
import { type ClientSource, to } from "../connection.ts";
import type { Answer, CallOptions, OptionsOf } from "../sdk-types.ts";

/** How a bank takes what it reads, each from 1 to 5; what is left out stays as it is. */
export interface Disposition {
  /** From trusting to skeptical. */
  skepticism?: number;
  /** From flexible to literal. */
  literalism?: number;
  /** From detached to empathetic. */
  empathy?: number;
}

/** Banks and their configuration. */
export class BanksNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  /**
   * Makes a bank, or changes what is given on one that is there.
   *
   * @example
   * await client.banks.create("test", { name: "Test", mission: "Help users" });
   */
  async create(bankId: string, options?: OptionsOf<"createBank">): Promise<Answer<"createOrUpdateBank">> {
    const { client } = await this.#source.ready();
    return client.createBank(bankId, options);
  }

  /**
   * Name, mission and disposition of a bank. Servers since 1.1 have no route for them together: this asks the configuration, and
   * the list of banks for the name.
   *
   * @throws RequestError with `statusCode` 404 when there is no such bank.
   */
  async get(bankId: string, options?: CallOptions): Promise<Answer<"getBankProfile">> {
    return bankProfile(await this.#source.ready(), bankId, options);
  }

  /**
   * Banks, the one that was written last first.
   * @param options.q a part of the id, the name or an alias. `limit` and `offset` page.
   */
  async list(options: BankListOptions = {}): Promise<BankList> {
    return listBanks(await this.#source.ready(), options);
  }

  /** Sets what the bank is for, which reflect follows; an empty text takes it away. Makes the bank where there is none. */
  async setMission(
    bankId: string,
    mission: string,
    options?: CallOptions,
  ): Promise<Answer<"updateBankConfig">> {
    const { client } = await this.#source.ready();
    // By the configuration: an empty mission that is sent with the bank changes nothing.
    return client.updateBankConfig(bankId, { ...options, reflectMission: mission });
  }

  /** Sets the traits that are given. Makes the bank where there is none. */
  async setDisposition(
    bankId: string,
    { skepticism, literalism, empathy }: Disposition,
    options?: CallOptions,
  ): Promise<Answer<"updateBankConfig">> {
    const { client } = await this.#source.ready();
    return client.updateBankConfig(bankId, {
      ...options,
      ...(skepticism !== undefined && { dispositionSkepticism: skepticism }),
      ...(literalism !== undefined && { dispositionLiteralism: literalism }),
      ...(empathy !== undefined && { dispositionEmpathy: empathy }),
    });
  }

  /** The bank's configuration: `config`, with the server's defaults, and `overrides`, what is set on the bank. */
  async config(bankId: string, options?: CallOptions): Promise<Answer<"getBankConfig">> {
    const { client } = await this.#source.ready();
    return client.getBankConfig(bankId, options);
  }

  /** Sets what is given of the configuration. Makes the bank where there is none. */
  async updateConfig(
    bankId: string,
    options: OptionsOf<"updateBankConfig">,
  ): Promise<Answer<"updateBankConfig">> {
    const { client } = await this.#source.ready();
    return client.updateBankConfig(bankId, options);
  }

  /** Takes away all that is set on the bank, its mission and disposition too. */
  async resetConfig(bankId: string, options?: CallOptions): Promise<Answer<"resetBankConfig">> {
    const { client } = await this.#source.ready();
    return client.resetBankConfig(bankId, options);
  }

  /** Deletes the bank with all that is in it. That there is none is no error. */
  async delete(bankId: string, { signal }: CallOptions = {}): Promise<Answer<"deleteBank">> {
    const connection = await this.#source.ready();
    const { data } = await sdk.deleteBank(to(connection, { bank_id: bankId }, signal));
    return data;
  }
}
