import { randomBytes } from "node:crypto";
import { rename } from "node:fs/promises";
import { TestkitError } from "../../errors/testkit-error.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { readTextIfThere } from "./file-errors.ts";

/** What is known of a profile beside its own files. */
export interface ProfileRecord {
  /** ISO 8601. */
  createdAt: string;
  /** When a daemon of it was last asked for, in ISO 8601; when it was created, if none ever was. */
  lastUsed: string;
  /** The port that was allocated to it. */
  port: number;
}

export type Metadata = Map<string, ProfileRecord>;

const VERSION = 1;

/**
 * Nothing is there: an empty map. Undefined: what is there cannot be understood.
 * @throws TestkitError `PROFILE_STORE_UNUSABLE`: a newer version of the toolkit wrote it.
 */
export async function readMetadata(path: string): Promise<Metadata | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return new Map();
  const document = parseJson(text);
  if (isJsonObject(document) && typeof document.version === "number" && document.version > VERSION) {
    throw new TestkitError("PROFILE_STORE_UNUSABLE", {
      what: `${path} has the format ${document.version} of a newer hindsight-testkit; this one knows ${VERSION}.`,
    });
  }
  return parse(document);
}

function parse(document: unknown): Metadata | undefined {
  if (!isJsonObject(document) || !isJsonObject(document.profiles)) return undefined;
  const metadata: Metadata = new Map();
  for (const [name, entry] of Object.entries(document.profiles)) {
    const record = parseRecord(entry);
    if (record === undefined) return undefined;
    metadata.set(name, record);
  }
  return metadata;
}

function parseRecord(entry: unknown): ProfileRecord | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { created_at: createdAt, last_used: lastUsed, port } = entry;
  if (!isDate(createdAt) || !isDate(lastUsed) || !Number.isInteger(port)) return undefined;
  return { createdAt, lastUsed, port: Number(port) };
}

function isDate(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

export async function writeMetadata(path: string, metadata: Metadata): Promise<void> {
  const profiles = [...metadata].map(([name, { createdAt, lastUsed, port }]) => [
    name,
    { created_at: createdAt, last_used: lastUsed, port },
  ]);
  const document = { version: VERSION, profiles: Object.fromEntries(profiles) };
  await writeFileAtomically(path, `${JSON.stringify(document, null, 2)}\n`, 0o600);
}

/** Keeps a file that cannot be understood under another name. @returns the name. */
export async function setAside(path: string): Promise<string> {
  const time = new Date().toISOString().replaceAll(":", "-");
  const kept = `${path}.${time}.${randomBytes(2).toString("hex")}.bak`;
  await rename(path, kept);
  return kept;
}
