/** What the tools returned, read out of the conversation as a model would read it. */
export interface Fact {
  /** The alias that it is cited by. */
  id: string;
  kind: "memory" | "observation";
  /** What the fact says, without the labelled parts that extraction put behind it. */
  statement: string;
  /** Those parts: when it was, and who is concerned. */
  when: string | undefined;
  involving: string | undefined;
  entities: string[];
  /** What it was retained with: often who says it. */
  context: string | undefined;
  /** Its place in the list that brought it first: searches put the best match first. */
  place: number;
  /** `YYYY-MM-DD HH:MM` */
  occurred: string | undefined;
  mentioned: string | undefined;
}

const FIRST_PERSON = /\b(I|me|my|mine|we|us|our)\b/;

export function isFirstPerson(statement: string): boolean {
  return FIRST_PERSON.test(statement);
}

/** The facts in the results of searches, in the order of first appearance. */
export function readFacts(toolResults: readonly string[]): Fact[] {
  const facts = new Map<string, Fact>();
  for (const text of toolResults) {
    const result = parse(text);
    for (const [list, kind] of [
      ["memories", "memory"],
      ["observations", "observation"],
    ] as const) {
      const entries = isRecord(result) ? result[list] : undefined;
      for (const [place, entry] of (Array.isArray(entries) ? entries : []).entries()) {
        const fact = readFact(entry, kind, place);
        if (fact && !facts.has(fact.id)) facts.set(fact.id, fact);
      }
    }
  }
  return [...facts.values()];
}

function readFact(entry: unknown, kind: Fact["kind"], place: number): Fact | undefined {
  if (!isRecord(entry) || typeof entry.id !== "string" || typeof entry.text !== "string") return undefined;
  const text = (name: string) => (typeof entry[name] === "string" ? entry[name] : undefined);
  const entities: unknown = entry.entities;
  const [statement = "", ...labelled] = entry.text.split(" | ");
  const part = (label: string) => labelled.find((words) => words.startsWith(label))?.slice(label.length);
  return {
    id: entry.id,
    kind,
    statement: statement.trim(),
    when: part("When: "),
    involving: part("Involving: "),
    entities: Array.isArray(entities) ? entities.filter((name) => typeof name === "string") : [],
    context: text("context"),
    place,
    occurred: text("occurred_start"),
    mentioned: text("mentioned_at"),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
