/** Takes out of an answer what changes from run to run, so that two servers' answers can be compared. */
import { compareTexts, isObject, mapValues, sets, withoutKeys } from "./json.ts";
import type { Json, Step } from "./scenario.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const PREFIXED_ID = /\b(mm|mental-model|kn|kf|kp|node)-[0-9a-f]{8,32}\b/g;
const HEX_ID = /\b[0-9a-f]{32}\b/g;
const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?/g;
const DATABASE_INSTANT = /\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00\b/g;
/** How far from now an instant may lie to be now, in milliseconds. */
const NEAR_MS = 3_600_000;

const DURATION = /(_ms|_seconds|uptime|latency)$|^duration|^db_|^query_embedding$/;
const NO_DURATION = /timeout_seconds|interval_seconds/;
const FOR_PEOPLE = /^(error_message|last_retry_error|last_error|structured_output_error)$/;

/** What every step of one scenario shares: ids are numbered by their first appearance in it. */
export class Normaliser {
  readonly #names: Record<string, string>;
  readonly #ids = new Map<string, string>();

  /** @param variables `bank`, `bank2` and `model`, which differ from run to run. */
  constructor(variables: { bank: string; bank2: string; model: string }) {
    this.#names = {
      [variables.model]: "<model>",
      [variables.bank2]: "<bank2>",
      [variables.bank]: "<bank>",
    };
  }

  body(answer: Json, step: Step, status: number): Json {
    if (status === 422 && isObject(answer) && Array.isArray(answer.detail)) {
      // What is wrong and where, not the validator's wording.
      return {
        detail: answer.detail.map((fault) =>
          isObject(fault) ? { loc: fault.loc ?? null, type: fault.type ?? null } : fault,
        ),
      };
    }
    return this.#walk(
      step.omit ? withoutKeys(forPeople(answer, status), step.omit) : forPeople(answer, status),
      "",
      step,
    );
  }

  header(value: string, serverUrl: string): string {
    return Object.entries(this.#names).reduce(
      (text, [name, shown]) => text.replaceAll(name, shown),
      value.replaceAll(serverUrl, "<server>"),
    );
  }

  #walk(value: Json, path: string, step: Step): Json {
    if (step.ignore?.includes(path)) return "<ignored>";
    if (typeof value === "string") return this.#text(value);
    if (Array.isArray(value)) {
      const list = step.unordered?.includes(path) ? value.toSorted((a, b) => this.#byText(a, b)) : value;
      return list.map((element) => this.#walk(element, path, step));
    }
    if (!isObject(value)) return value;
    const entries = Object.keys(value)
      .sort()
      .map((key): [string, Json] => {
        const own = value[key] ?? null;
        if (DURATION.test(key) && own !== null && typeof own !== "string" && !NO_DURATION.test(key)) {
          return [key, "<n>"];
        }
        if (FOR_PEOPLE.test(key) && own) return [key, "<text>"];
        return [this.#text(key), this.#walk(own, path ? `${path}.${key}` : key, step)];
      });
    return Object.fromEntries(entries);
  }

  #text(text: string): string {
    const named = Object.entries(this.#names).reduce(
      (whole, [name, shown]) => whole.replaceAll(name, shown),
      text,
    );
    return named
      .replace(UUID, (id) => this.#alias(id, "id"))
      .replace(PREFIXED_ID, (id) => this.#alias(id, "id"))
      .replace(HEX_ID, (id) => this.#alias(id, "hex id"))
      .replace(INSTANT, (instant, _seconds, _fraction, zone = "") =>
        isNow(zone ? instant : `${instant}Z`) ? `<now${zone}>` : instant,
      )
      .replace(DATABASE_INSTANT, (instant) =>
        isNow(`${instant.replace(" ", "T")}:00`) ? "<now, as the database prints it>" : instant,
      );
  }

  #alias(id: string, kind: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const alias = `<${kind} ${this.#ids.size + 1}>`;
    this.#ids.set(id, alias);
    return alias;
  }

  /** Without ids and dates first; elements that are equal but for ids: those that an earlier answer showed decide. */
  #byText(a: Json, b: Json): number {
    for (const idOf of [() => "", (id: string) => this.#ids.get(id) ?? ""]) {
      const compared = compareTexts(comparable(a, idOf), comparable(b, idOf));
      if (compared !== 0) return compared;
    }
    return 0;
  }
}

function isNow(instant: string): boolean {
  return Math.abs(new Date(instant).getTime() - Date.now()) < NEAR_MS;
}

function comparable(value: Json, idOf: (id: string) => string): string {
  return JSON.stringify(sets(withoutKeys(value, [])))
    .replace(UUID, idOf)
    .replace(/\b(mm|kf|kp)-[0-9a-f]{8,32}\b/g, idOf)
    .replaceAll(/\d{4}-\d\d-\d\d[T ][^"]*/g, "");
}

/** Of texts for people only that there is one. */
function forPeople(answer: Json, status: number): Json {
  if (!isObject(answer)) return answer;
  return mapValues(answer, (value, key) =>
    typeof value === "string" && (key === "message" || (key === "detail" && status >= 400))
      ? "<text>"
      : value,
  );
}
