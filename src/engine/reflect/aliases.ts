/** What an alias stands for, by its letter: a fact, an observation, a mental model, a chunk. */
export type AliasKind = "f" | "o" | "p" | "c";

const ALIAS = /\b[fopc][1-9]\d*\b/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const UNVERIFIED = "[unverified id]";

/**
 * The short names that the model sees in place of ids: `f1`, `o1`, `p1`, `c1`, numbered in the order of first appearance. They
 * cost fewer tokens, are not miscopied, and are the same in every run.
 */
export class Aliases {
  readonly #byId = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #count: Record<AliasKind, number> = { f: 0, o: 0, p: 0, c: 0 };
  readonly #shown = new Set<string>();

  aliasOf(kind: AliasKind, id: string): string {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    this.#count[kind] += 1;
    const alias = `${kind}${this.#count[kind]}`;
    this.#byId.set(id, alias);
    this.#ids.set(alias, id);
    return alias;
  }

  /** Notes that the model is shown the item itself. @returns whether it was shown before. */
  show(alias: string): boolean {
    const before = this.#shown.has(alias);
    this.#shown.add(alias);
    return before;
  }

  /** The id that an alias stands for; any other text is taken for an id. */
  resolve(aliasOrId: string): string {
    return this.#ids.get(aliasOrId) ?? aliasOrId;
  }

  /** The alias of an id that has one; any other id stays. */
  nameOf(id: string): string {
    return this.#byId.get(id) ?? id;
  }

  /**
   * The model's text with real ids in place of aliases. Aliases that were never handed out stay.
   * @param seen as of `strikeUnseen`.
   */
  restore(text: string, seen: string): string {
    return this.strikeUnseen(text, seen).replace(ALIAS, (alias) => this.resolve(alias));
  }

  /**
   * The text without the UUIDs that were made up.
   * @param seen all that the model was shown: what stands in it was not, nor what an alias stands for.
   */
  strikeUnseen(text: string, seen: string): string {
    const known = [seen, ...this.#byId.keys()].join("\n").toLowerCase();
    return text.replace(UUID, (id) => (known.includes(id.toLowerCase()) ? id : UNVERIFIED));
  }
}
