import { isJsonObject, type Json } from "./json.ts";

/** Shorter values are too likely to be found by chance. */
const SHORTEST_SECRET = 12;
const SECRET_VARIABLE = /_(KEY|TOKEN|SECRET)$/i;

/** The more specific patterns first. Each is bounded from the left, so that words that merely contain a prefix do not match. */
const PATTERNS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["an Anthropic key", /(?<![\w-])sk-ant-[\w-]{16,}/],
  // With a digit: "sk-" also begins hyphenated words.
  ["an OpenAI key", /(?<![\w-])sk-(?=[\w-]*\d)[\w-]{20,}/],
  ["a Google key", /(?<!\w)AIza[\w-]{35}/],
  ["a Google OAuth token", /(?<!\w)ya29\.[\w-]{20,}/],
  ["a Groq key", /(?<!\w)gsk_[A-Za-z0-9]{20,}/],
  ["an xAI key", /(?<![\w-])xai-[A-Za-z0-9]{20,}/],
  ["a Hugging Face token", /(?<!\w)hf_[A-Za-z0-9]{30,}/],
  ["an AWS access key", /(?<![A-Za-z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ["a GitHub token", /(?<!\w)(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/],
  ["a GitLab token", /(?<!\w)glpat-[\w-]{20,}/],
  ["a Slack token", /(?<!\w)xox[abeoprs]-[\w-]{10,}/],
  ["an npm token", /(?<!\w)npm_[A-Za-z0-9]{36}/],
  ["a Stripe key", /(?<!\w)[rs]k_(live|test)_[A-Za-z0-9]{16,}/],
  ["a JSON web token", /(?<!\w)eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ["a bearer token", /\bbearer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{20,}/i],
];

/** Where a secret was found, and of what kind it is. Never the secret. */
interface FoundSecret {
  field: string;
  kind: string;
}

/** Finds what looks like a key, and the values of the secrets that are known. */
export class SecretScanner {
  /** What a value is, by value. */
  readonly #known = new Map<string, string>();

  /** @param env whose variables named `*_KEY`, `*_TOKEN` and `*_SECRET` hold known secrets, from 12 characters on. */
  constructor(env: NodeJS.ProcessEnv) {
    for (const [name, value] of Object.entries(env)) {
      if (value !== undefined && SECRET_VARIABLE.test(name)) this.add(value, `the value of ${name}`);
    }
  }

  /** @param kind what it is, for the message. */
  add(secret: string, kind: string): void {
    const value = secret.trim();
    if (value.length < SHORTEST_SECRET) return;
    // As it stands in an address, and in JSON that is a text.
    for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
      this.#known.set(form, kind);
    }
  }

  /**
   * The first secret in the texts and the keys of `value`.
   * @param field how `value` is called in a message.
   */
  find(value: Json, field: string): FoundSecret | undefined {
    return this.findAll(value, field).next().value;
  }

  /** Every text and key of `value` that holds a secret. */
  *findAll(value: Json, field: string): Generator<FoundSecret, undefined> {
    if (typeof value === "string") {
      const kind = this.#kindOf(value);
      if (kind !== undefined) yield { field, kind };
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) yield* this.findAll(item, `${field}[${index}]`);
    } else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        const kind = this.#kindOf(name);
        // Its name would show the secret.
        if (kind !== undefined) yield { field: `a member's name in ${field}`, kind };
        yield* this.findAll(member, `${field}.${kind === undefined ? name : "…"}`);
      }
    }
    return undefined;
  }

  /** As {@link findAll}, for an entry of a cassette: what a stream hands out in pieces is searched as a whole, too. */
  *findInEntry(entry: Json, field: string): Generator<FoundSecret, undefined> {
    let isFound = false;
    for (const found of this.findAll(entry, field)) {
      isFound = true;
      yield found;
    }
    const response = isJsonObject(entry) ? entry.response : undefined;
    if (isFound || !isJsonObject(response) || !Array.isArray(response.events)) return undefined;
    for (const [path, text] of joinedTexts(response.events)) {
      const kind = this.#kindOf(text);
      if (kind !== undefined) yield { field: `${field}.response.events[]${path}`, kind };
    }
    return undefined;
  }

  #kindOf(text: string): string | undefined {
    for (const [value, kind] of this.#known) if (text.includes(value)) return kind;
    return PATTERNS.find(([, pattern]) => pattern.test(text))?.[0];
  }
}

/** The texts that stand in the same place of several events, one behind the other, with their place. */
function* joinedTexts(events: readonly Json[]): Generator<[path: string, text: string]> {
  const joined = new Map<string, { path: string; pieces: string[] }>();
  const add = (value: Json, path: string, channel: string): void => {
    if (typeof value === "string") {
      const known = joined.get(channel);
      if (known) known.pieces.push(value);
      else joined.set(channel, { path, pieces: [value] });
    } else if (Array.isArray(value)) {
      for (const [place, item] of value.entries()) add(item, `${path}[${place}]`, `${channel}[${place}]`);
    } else if (isJsonObject(value)) {
      // Of several choices, blocks or calls each has its own text, wherever in the event it stands.
      const own = typeof value.index === "number" ? `${channel}#${value.index}` : channel;
      for (const [name, member] of Object.entries(value)) add(member, `${path}.${name}`, `${own}.${name}`);
    }
  };
  for (const event of events) add(event, "", "");
  for (const { path, pieces } of joined.values()) if (pieces.length > 1) yield [path, pieces.join("")];
}
