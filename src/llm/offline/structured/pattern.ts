/** Makes a text that a regular expression matches. Look-around and back-references are passed over. */

/** What a class of characters is tried with, in this order. */
const CHARACTERS = Array.from(
  "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .,:;/@#+*!?'\"()[]{}<>=&%$§äéñßλж日\t\n",
);
const LONGEST = 2_000;

/** @param repeats how often what may be repeated is. @param variant takes other characters of classes. */
export function exampleOf(pattern: string, repeats: number, variant: number): string {
  return new Sampler(pattern, repeats, variant).alternatives().slice(0, LONGEST);
}

class Sampler {
  readonly #pattern: string;
  readonly #repeats: number;
  readonly #variant: number;
  #at = 0;

  constructor(pattern: string, repeats: number, variant: number) {
    this.#pattern = pattern;
    this.#repeats = repeats;
    this.#variant = variant;
  }

  /** All alternatives are read, and the first is taken. */
  alternatives(): string {
    const first = this.#sequence();
    while (this.#peek() === "|") {
      this.#at += 1;
      this.#sequence();
    }
    return first;
  }

  #sequence(): string {
    let text = "";
    while (this.#at < this.#pattern.length && this.#peek() !== "|" && this.#peek() !== ")") {
      const unit = this.#unit();
      text += unit.repeat(Math.min(LONGEST, this.#quantifier()));
      if (text.length > LONGEST) text = text.slice(0, LONGEST);
    }
    return text;
  }

  #unit(): string {
    const character = this.#take();
    switch (character) {
      case "^":
      case "$":
        return "";
      case ".":
        return this.#pick(".");
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      default:
        return character;
    }
  }

  #group(): string {
    const opening = /^\?(?:[:=!]|<[=!]|<[^>]*>)/.exec(this.#pattern.slice(this.#at))?.[0] ?? "";
    this.#at += opening.length;
    const text = this.alternatives();
    this.#at += 1;
    return /^\?<?[=!]/.test(opening) ? "" : text;
  }

  #class(): string {
    const start = this.#at;
    while (this.#at < this.#pattern.length && this.#peek() !== "]") this.#at += this.#peek() === "\\" ? 2 : 1;
    this.#at += 1;
    return this.#pick(`[${this.#pattern.slice(start, this.#at)}`);
  }

  #escape(): string {
    const rest = this.#pattern.slice(this.#at);
    const [code = ""] =
      /^(?:[pP]\{[^}]*\}|u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|k<[^>]*>|[\s\S])/u.exec(
        rest,
      ) ?? [];
    this.#at += code.length;
    if (/^[bBkA]/.test(code) || /^[1-9]/.test(code)) return "";
    if (/^[dDwWsSpP]/.test(code)) return this.#pick(`\\${code}`);
    const controls: Record<string, string> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", 0: "\0" };
    if (code in controls) return controls[code] ?? "";
    const hex = /^[ux]\{?([\da-fA-F]+)/.exec(code)?.[1];
    return hex === undefined ? code : String.fromCodePoint(Math.min(0x10_ffff, Number.parseInt(hex, 16)));
  }

  #quantifier(): number {
    const [whole = "", least = "", comma = "", most = ""] =
      /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#pattern.slice(this.#at)) ?? [];
    this.#at += whole.length;
    if (whole === "") return 1;
    if (whole.startsWith("*")) return this.#repeats;
    if (whole.startsWith("+")) return Math.max(1, this.#repeats);
    if (whole.startsWith("?")) return Math.min(1, this.#repeats);
    const highest = comma === "" ? Number(least) : most === "" ? Infinity : Number(most);
    return Math.min(highest, Math.max(Number(least), this.#repeats));
  }

  /** A character that a class matches. */
  #pick(source: string): string {
    const matching = charactersOf(source);
    return matching[this.#variant % Math.max(1, matching.length)] ?? "";
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #take(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }
}

function charactersOf(source: string): string[] {
  for (const flags of ["u", ""]) {
    try {
      const expression = new RegExp(`^${source}$`, flags);
      return CHARACTERS.filter((character) => expression.test(character));
    } catch {
      // Without `u` more is let pass.
    }
  }
  return [];
}
