import { type Json, mapTexts } from "../json.ts";
import type { ClockReference } from "./clock.ts";
import { INSTANT, INSTANT_KINDS, type InstantKind, readInstant } from "./instants.ts";
import { isOpaque } from "./opaque.ts";

const UUID = "(?<![\\w-])(?<uuid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\\w-])";
/** What stands for a volatile, and texts of the test that look as if they did. */
const ALIAS = "\\{\\{(?<alias>(?:quoted )*(?:id|clock)[^{}]*)\\}\\}";
const VOLATILE = new RegExp(`${ALIAS}|${UUID}|${INSTANT.source}`, "g");
const ALIASES = new RegExp(ALIAS, "g");
const QUOTED = "quoted ";

/** A recorded answer speaks of something that this run's request does not show. */
export class UnboundAlias extends Error {
  constructor(alias: string) {
    super(`The recorded answer speaks of ${alias}, which this request does not show.`);
  }
}

/**
 * What of a request differs between runs although nothing has changed: ids, and the time of day. The request is keyed with
 * aliases in their places, numbered by first appearance; in the recorded answer the aliases are bound to this run's own. As
 * two requests have one key only when everything around the aliases is equal, an alias stands for the same memory in both.
 */
export class Volatiles {
  readonly #clock: ClockReference | undefined;
  readonly #kinds: readonly InstantKind[];
  readonly #aliases = new Map<string, string>();
  readonly #values = new Map<string, string>();
  #ids = 0;

  /**
   * @param clock `undefined`: nothing is taken for the time of day.
   * @param kinds how "now" is spelt where a server writes it; what is spelt otherwise is the test's own.
   */
  constructor(clock: ClockReference | undefined, kinds: readonly InstantKind[] = INSTANT_KINDS) {
    this.#clock = clock;
    this.#kinds = kinds;
  }

  /** This run's ids that the request shows, in the order of their aliases: by these alone two requests of one key differ. */
  get ids(): string[] {
    return [...this.#aliases].flatMap(([text, alias]) => (alias.startsWith("{{id ") ? [text] : []));
  }

  /** A part of the request with aliases. Parts must be given in the same order in every run. */
  alias(value: Json): Json {
    return mapTexts(value, (text) => this.#replace(text, true), isOpaque);
  }

  /** The answer with aliases for what its request shows. All else in it is the model's own word. */
  aliasAnswer(value: Json): Json {
    return mapTexts(value, (text) => this.#replace(text, false), isOpaque);
  }

  /** As {@link aliasAnswer}, for a text that is given in fragments: an id may be cut anywhere. */
  aliasFragments(fragments: readonly string[]): string[] {
    const whole = fragments.join("");
    const aliased = fragments.map(() => "");
    let copied = 0;
    const copyTo = (end: number) => {
      let start = 0;
      for (const [index, fragment] of fragments.entries()) {
        const from = Math.max(copied, start);
        const to = Math.min(end, start + fragment.length);
        if (from < to) aliased[index] += whole.slice(from, to);
        start += fragment.length;
      }
      copied = end;
    };
    for (const match of whole.matchAll(VOLATILE)) {
      const alias = this.#aliasOf(match, false);
      if (alias === undefined) continue;
      copyTo(match.index);
      // Whole, in the fragment in which the value begins.
      aliased[indexAt(fragments, match.index)] += alias;
      copied = match.index + match[0].length;
    }
    copyTo(whole.length);
    return aliased;
  }

  /**
   * A recorded answer for this run.
   * @throws UnboundAlias
   */
  restore(value: Json): Json {
    const restore = (text: string) =>
      text.replace(ALIASES, (alias: string, name: string) => {
        if (name.startsWith(QUOTED)) return `{{${name.slice(QUOTED.length)}}}`;
        const bound = this.#values.get(alias);
        if (bound === undefined) throw new UnboundAlias(alias);
        return bound;
      });
    return mapTexts(value, restore, isOpaque);
  }

  #replace(text: string, isRequest: boolean): string {
    // Most texts hold nothing of the kind, and one quick look tells.
    if (!/\d{4}-|\{\{|[0-9a-fA-F]{8}-| \d{4}/.test(text)) return text;
    return text.replace(VOLATILE, (...args) => {
      const groups = args.at(-1) as Record<string, string | undefined>;
      return this.#aliasOf({ 0: args[0] as string, groups }, isRequest) ?? (args[0] as string);
    });
  }

  /** @param bind whether a value that has no alias yet gets one. */
  #aliasOf(
    match: { 0: string; groups?: Record<string, string | undefined> },
    bind: boolean,
  ): string | undefined {
    const { 0: text, groups = {} } = match;
    if (groups.alias !== undefined) return `{{${QUOTED}${groups.alias}}}`;
    const known = this.#aliases.get(text);
    if (known !== undefined || !bind) return known;
    const name = groups.uuid === undefined ? this.#nameOfInstant(groups) : `id ${++this.#ids}`;
    if (name === undefined) return undefined;
    // An answer may repeat the date without its weekday.
    if (groups.weekday !== undefined) this.#replace(text.slice(groups.weekday.length), true);
    const alias = `{{${name}}}`;
    this.#aliases.set(text, alias);
    // Of several spellings with one alias (a clock that goes on), the last is the one that an answer would repeat.
    this.#values.set(alias, text);
    return alias;
  }

  #nameOfInstant(groups: Record<string, string | undefined>): string | undefined {
    const spelt = this.#clock && readInstant(groups);
    if (!spelt || !this.#kinds.includes(spelt.kind)) return undefined;
    const name = this.#clock?.nameOf(spelt);
    return name && `${name} ${spelt.form}`;
  }
}

function indexAt(fragments: readonly string[], offset: number): number {
  let end = 0;
  return fragments.findIndex((fragment) => {
    end += fragment.length;
    return offset < end;
  });
}
