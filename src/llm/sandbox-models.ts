import type { CallLog } from "./call-log.ts";
import type { LlmChoice } from "./chosen-models.ts";
import type { LanguageModels } from "./language-models.ts";

/** The language models of a server by sandbox: its own, unless others were chosen there. */
export class SandboxModels {
  /** Absent on a server that is not in test mode. */
  readonly calls: CallLog | null;
  readonly #own: LanguageModels;
  readonly #create: (choice: LlmChoice) => LanguageModels;
  readonly #running: () => string;
  /** What was chosen, by sandbox. */
  readonly #choices = new Map<string, string>();
  /** Made once for each choice that is in use. */
  readonly #models = new Map<string, LanguageModels>();

  /** @param options.running the sandbox that the running work belongs to. */
  constructor(
    own: LanguageModels,
    options: {
      create: (choice: LlmChoice) => LanguageModels;
      running: () => string;
      calls: CallLog | null;
    },
  ) {
    this.#own = own;
    this.#create = options.create;
    this.#running = options.running;
    this.calls = options.calls;
  }

  /** Of the sandbox that the running work belongs to. */
  get current(): LanguageModels {
    if (this.#choices.size === 0) return this.#own;
    return this.#models.get(this.#choices.get(this.#running()) ?? "") ?? this.#own;
  }

  /**
   * From now on the sandbox asks this model; null: the server's own.
   * @throws TestkitError `INVALID_OPTION`, `LLM_KEY_MISSING`, `LLM_PROVIDER_UNAVAILABLE`
   */
  choose(sandboxId: string, choice: LlmChoice | null): void {
    if (choice === null) {
      this.#choices.delete(sandboxId);
    } else {
      const { provider, model, baseUrl, apiKey, scopes } = choice;
      const key = JSON.stringify([provider, model, baseUrl, apiKey, scopes && [...scopes].sort()]);
      if (!this.#models.has(key)) this.#models.set(key, this.#create(choice));
      this.#choices.set(sandboxId, key);
    }
    this.#forgetUnused();
  }

  /** Lets a sandbox ask what another one asks. */
  copy(from: string, to: string): void {
    const key = this.#choices.get(from);
    if (key !== undefined) this.#choices.set(to, key);
  }

  /** Forgets all about a sandbox that is over. */
  forget(sandboxId: string): void {
    this.calls?.forget(sandboxId);
    if (this.#choices.delete(sandboxId)) this.#forgetUnused();
  }

  #forgetUnused(): void {
    const used = new Set(this.#choices.values());
    for (const key of this.#models.keys()) if (!used.has(key)) this.#models.delete(key);
  }
}
