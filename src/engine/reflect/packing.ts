/** Cuts what the tools returned into parts that a model can be sent one at a time. */
import { isJsonObject } from "../../json-object.ts";
import { countTokens, cutToTokens, fitsInTokens } from "../../tokens/tokens.ts";

/** What one call of a tool returned, as the model saw it. */
export interface ToolResult {
  tool: string;
  result: Record<string, unknown>;
}

/** Where the entries of a result stand. */
const LISTS = ["observations", "memories", "results", "mental_models"];
/** What goes along with them, by id. */
const MAPS = ["chunks", "source_facts"];
/** Pieces of a result are a little smaller than a part, so that short results go along with them. */
const PIECE_SHARE = 0.9;
/** A text that is cut is cut a little shorter: its end may take more tokens than it took before. */
const KEPT_SHARE = 0.97;
/** Cutting one text of an entry may not be enough: there are a few in it. */
const MAX_CUTS = 8;

/**
 * The results in their order, as many in each part as fit. A result that does not fit is taken apart by its entries, and an
 * entry that does not fit is cut.
 * @param limit tokens of a part.
 */
export async function packResults(results: readonly ToolResult[], limit: number): Promise<ToolResult[][]> {
  const parts: ToolResult[][] = [];
  let room = 0;
  for (const result of results) {
    for (const piece of await takeApart(result, limit)) {
      const tokens = await tokensOf(piece);
      const part = parts.at(-1);
      if (part && tokens <= room) part.push(piece);
      else {
        parts.push([piece]);
        room = limit;
      }
      room -= tokens;
    }
  }
  return parts;
}

async function takeApart({ tool, result }: ToolResult, limit: number): Promise<ToolResult[]> {
  if (await fitsInTokens(JSON.stringify({ tool, result }), limit, "cl100k_base")) return [{ tool, result }];
  const list = LISTS.find((name) => Array.isArray(result[name]) && result[name].length > 0);
  const large: string[] = [];
  for (const name of MAPS) {
    const map = result[name];
    if (isJsonObject(map) && (list === undefined || (await tokensOf(map)) > limit / 2)) large.push(name);
  }
  const around = Object.fromEntries(
    Object.entries(result).filter(([name]) => name !== list && !large.includes(name)),
  );
  if (list === undefined && large.length === 0) return [{ tool, result: await cut(result, limit) }];
  const room = Math.max(0.5 * limit, PIECE_SHARE * limit - (await tokensOf({ tool, result: around })));
  const pieces: Record<string, unknown>[] = [];
  const entries = list === undefined ? [] : result[list];
  if (list !== undefined && Array.isArray(entries)) {
    for (const group of await groupEntries(entries, room)) pieces.push({ ...around, [list]: group });
  }
  for (const name of large) {
    const map = result[name];
    const pairs = isJsonObject(map) ? Object.entries(map) : [];
    for (const group of await groupEntries(pairs, room)) {
      pieces.push({ ...around, [name]: Object.fromEntries(group) });
    }
  }
  return pieces.map((piece) => ({ tool, result: piece }));
}

async function groupEntries<Entry>(entries: readonly Entry[], limit: number): Promise<Entry[][]> {
  const groups: Entry[][] = [];
  let room = 0;
  for (const whole of entries) {
    const entry = await cut(whole, limit);
    const tokens = await tokensOf(entry);
    const group = groups.at(-1);
    if (group && tokens <= room) group.push(entry);
    else {
      groups.push([entry]);
      room = limit;
    }
    room -= tokens;
  }
  return groups;
}

/** The value with its longest texts shortened until it fits. */
async function cut<Value>(value: Value, limit: number): Promise<Value> {
  let cutValue = value;
  for (let attempt = 1; attempt <= MAX_CUTS; attempt++) {
    const excess = (await tokensOf(cutValue)) - limit;
    const longest = longestText(cutValue);
    if (excess <= 0 || longest === "") break;
    const written = await tokensOf(longest);
    // All that is too much is taken from it; but no more than its part, where others are too long as well.
    const kept = Math.max(written - excess, (written * limit) / (limit + excess));
    const tokens = await countTokens(longest, "cl100k_base");
    const target = Math.floor((tokens * kept * KEPT_SHARE) / written) - attempt;
    cutValue = withText(cutValue, longest, await cutToTokens(longest, target, "cl100k_base"));
  }
  return cutValue;
}

function longestText(value: unknown): string {
  if (typeof value === "string") return value;
  const parts = typeof value === "object" && value !== null ? Object.values(value).map(longestText) : [];
  return parts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
}

function withText<Value>(value: Value, text: string, replacement: string): Value {
  return JSON.parse(JSON.stringify(value), (_, part) => (part === text ? replacement : part));
}

function tokensOf(value: unknown): Promise<number> {
  return countTokens(JSON.stringify(value), "cl100k_base");
}
