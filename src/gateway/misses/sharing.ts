/** How much of a project holds a text that is asked for no more: what an edit of it affects. */
import { readFile } from "node:fs/promises";
import { canonicalJson } from "../canonical.ts";
import { findCassetteFiles } from "../cassette/find.ts";
import { isJsonObject, parseJson } from "../json.ts";
import { SEGMENTS } from "../request.ts";
import type { Part } from "./nearest.ts";

/** A project's cassettes are read up to this size in all: a count is not worth more. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

/** Why a request missed: this part of the requests of a scope is not any more what was recorded. */
export interface MissReason {
  scope: string;
  part: Part;
  /** Canonical, with references to blocks: the same for the same text, in whichever cassette. */
  recorded: string;
  asked: string;
}

export interface Sharing {
  entries: number;
  cassettes: number;
}

/** Counts, for every part of every scope, the entries and cassettes that hold the same. */
export class SharingIndex {
  readonly #counts = new Map<string, Sharing & { last: string }>();
  /** Whether not all cassettes have been read. */
  #isPartial = false;

  static async scan(root: string): Promise<SharingIndex> {
    const index = new SharingIndex();
    let characters = 0;
    for await (const path of findCassetteFiles(root, ".jsonl")) {
      if (characters > MOST_CHARACTERS) {
        index.#isPartial = true;
        break;
      }
      const text = await readFile(path, "utf8").catch(() => "");
      characters += text.length;
      index.#add(path, text);
    }
    return index;
  }

  of({ scope, part, recorded }: Omit<MissReason, "asked">): Sharing | undefined {
    return this.#counts.get(countKey(scope, part, recorded));
  }

  /** `212 entries of 40 cassettes`. */
  say({ entries, cassettes }: Sharing): string {
    const least = this.#isPartial ? "at least " : "";
    return `${least}${entries} ${entries === 1 ? "entry" : "entries"} of ${cassettes} ${cassettes === 1 ? "cassette" : "cassettes"}`;
  }

  #add(path: string, text: string): void {
    for (const line of text.split("\n")) {
      const entry = line.startsWith('{"block":') ? undefined : parseJson(line);
      if (!isJsonObject(entry) || typeof entry.scope !== "string" || !isJsonObject(entry.request)) continue;
      const { scope, request } = entry;
      for (const name of SEGMENTS) {
        if (name !== "conversation") this.#count(path, scope, name, canonicalJson(request[name] ?? null));
      }
      for (const name of ["provider", "path", "model"] as const) {
        const value = entry[name];
        if (typeof value === "string") this.#count(path, scope, name, value);
      }
    }
  }

  #count(path: string, scope: string, part: string, text: string): void {
    const key = countKey(scope, part, text);
    const known = this.#counts.get(key);
    if (!known) {
      this.#counts.set(key, { entries: 1, cassettes: 1, last: path });
      return;
    }
    known.entries += 1;
    if (known.last !== path) known.cassettes += 1;
    known.last = path;
  }
}

function countKey(scope: string, part: string, text: string): string {
  return JSON.stringify([scope, part, text]);
}
