import type { ClientSource } from "../connection.ts";
import type { Answer, CallOptions, OptionsOf } from "../sdk-types.ts";

/** A rule to be made, and what may go with it. */
export type NewDirective = { name: string; content: string } & OptionsOf<"createDirective">;

/** Rules that reflect keeps to. */
export class DirectivesNamespace {
  readonly #source: ClientSource;

  /** @internal */
  constructor(source: ClientSource) {
    this.#source = source;
  }

  /**
   * Makes a directive.
   *
   * @throws RequestError with `statusCode` 404 when there is no such bank.
   *
   * @example
   * await client.directives.create("test", { name: "tone", content: "Be brief." });
   */
  async create(bankId: string, directive: NewDirective): Promise<Answer<"createDirective">> {
    const { name, content, ...options } = directive;
    const { client } = await this.#source.ready();
    return client.createDirective(bankId, name, content, options);
  }

  async list(bankId: string, options?: OptionsOf<"listDirectives">): Promise<Answer<"listDirectives">> {
    const { client } = await this.#source.ready();
    return client.listDirectives(bankId, options);
  }

  async get(bankId: string, directiveId: string, options?: CallOptions): Promise<Answer<"getDirective">> {
    const { client } = await this.#source.ready();
    return client.getDirective(bankId, directiveId, options);
  }

  /** Changes what is given. */
  async update(
    bankId: string,
    directiveId: string,
    options: OptionsOf<"updateDirective">,
  ): Promise<Answer<"updateDirective">> {
    const { client } = await this.#source.ready();
    return client.updateDirective(bankId, directiveId, options);
  }

  async delete(bankId: string, directiveId: string, options?: CallOptions): Promise<void> {
    const { client } = await this.#source.ready();
    return client.deleteDirective(bankId, directiveId, options);
  }
}
