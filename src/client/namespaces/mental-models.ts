import { TestkitError } from "../../errors/testkit-error.ts";
import type { ClientSource } from "../connection.ts";
import { createWithContent } from "../content-at-creation.ts";
import type { Answer, CallOptions, OptionsOf } from "../sdk-types.ts";
import { asObjects } from "../untyped.ts";

type Options = OptionsOf<"createMentalModel">;

/** A mental model to be made: of the query that its text answers, of its text, or of both. */
export type NewMentalModel = { name: string } & Options &
  ({ sourceQuery: string; content?: string } | { content: string; sourceQuery?: string });

/** What a creation answers: the model's id, and the operation that fills it; null where its text was given. */
export interface CreatedMentalModel {
  mental_model_id: string;
  operation_id: string | null;
}

/** Answers to standing questions, kept ready. */
export class MentalModelsNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  /**
   * Makes a mental model, and the bank where there is none. With `sourceQuery` alone its text is found in the background; with
   * `content` that is its text, at once, on a server of this toolkit.
   *
   * @throws TestkitError `CONTENT_IGNORED` when the server does not take `content`; a model that it made without is removed.
   *
   * @example
   * await client.mentalModels.create("test", { name: "Preferences", content: "Prefers dark mode" });
   * await client.mentalModels.create("test", { name: "Preferences", sourceQuery: "What does the user prefer?" });
   */
  async create(bankId: string, model: NewMentalModel): Promise<CreatedMentalModel> {
    const connection = await this.#source.ready();
    const { name, content, sourceQuery, ...options } = model;
    if (content !== undefined) return createWithContent(connection, bankId, model);
    if (sourceQuery === undefined) throw neitherForm(name);
    const made = await connection.client.createMentalModel(bankId, name, sourceQuery, options);
    return { mental_model_id: made.mental_model_id ?? "", operation_id: made.operation_id };
  }

  async list(bankId: string, options?: OptionsOf<"listMentalModels">): Promise<Answer<"listMentalModels">> {
    const { client } = await this.#source.ready();
    return client.listMentalModels(bankId, options);
  }

  async get(
    bankId: string,
    mentalModelId: string,
    options?: OptionsOf<"getMentalModel">,
  ): Promise<Answer<"getMentalModel">> {
    const { client } = await this.#source.ready();
    return client.getMentalModel(bankId, mentalModelId, options);
  }

  /** Has its text found anew, in the background. */
  async refresh(
    bankId: string,
    mentalModelId: string,
    options?: CallOptions,
  ): Promise<Answer<"refreshMentalModel">> {
    const { client } = await this.#source.ready();
    return client.refreshMentalModel(bankId, mentalModelId, options);
  }

  /** What a refresh would do, without doing it. */
  async dryRunRefresh(
    bankId: string,
    mentalModelId: string,
    options?: CallOptions,
  ): Promise<Answer<"dryRunRefreshMentalModel">> {
    const { client } = await this.#source.ready();
    return client.dryRunRefreshMentalModel(bankId, mentalModelId, options);
  }

  /** Changes what is given. */
  async update(
    bankId: string,
    mentalModelId: string,
    options: OptionsOf<"updateMentalModel">,
  ): Promise<Answer<"updateMentalModel">> {
    const { client } = await this.#source.ready();
    return client.updateMentalModel(bankId, mentalModelId, options);
  }

  /** Empties it; the next refresh begins from nothing. */
  async clear(
    bankId: string,
    mentalModelId: string,
    options?: CallOptions,
  ): Promise<Answer<"clearMentalModel">> {
    const { client } = await this.#source.ready();
    return client.clearMentalModel(bankId, mentalModelId, options);
  }

  /** What refreshes replaced, newest first. */
  async history(
    bankId: string,
    mentalModelId: string,
    options?: CallOptions,
  ): Promise<Record<string, unknown>[]> {
    const { client } = await this.#source.ready();
    return asObjects(await client.getMentalModelHistory(bankId, mentalModelId, options));
  }

  async delete(bankId: string, mentalModelId: string, options?: CallOptions): Promise<void> {
    const { client } = await this.#source.ready();
    return client.deleteMentalModel(bankId, mentalModelId, options);
  }
}

function neitherForm(name: string): TestkitError {
  return new TestkitError("INVALID_OPTION", {
    what: `Mental model ${JSON.stringify(name)} has neither \`content\` nor \`sourceQuery\`; one of them is needed.`,
  });
}
