import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { testkitHome } from "../../home/home.ts";
import { isGone, ourselves, parseOwner } from "../../home/owner.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import type { BankApi } from "./bank-api.ts";

/** A run whose process cannot be looked up, in another container or before a reboot, is taken for gone when it was idle for so long. */
const UNKNOWN_OWNER_LIMIT_MS = 24 * 60 * 60_000;
const PREFIX = /^testkit-[0-9a-f]{24}-$/;
/** More pages than a run leaves; a server that lists what it has removed would be asked for ever. */
const MOST_PAGES = 1_000;

/**
 * The banks that a run makes on an existing server. They are known by a prefix that nobody else can have, and which is noted on this
 * machine before the first of them is made: what a killed run leaves is removed by the next one, and nothing else is.
 */
export class BanksOfRun {
  readonly prefix: string;
  readonly #api: BankApi;
  readonly #note: string;

  private constructor(api: BankApi, prefix: string, note: string) {
    this.#api = api;
    this.prefix = prefix;
    this.#note = note;
  }

  /**
   * Notes the run, and removes the banks of those that are gone.
   * @throws TestkitError `CACHE_DIRECTORY_UNUSABLE` where it cannot be noted.
   */
  static async open(api: BankApi): Promise<BanksOfRun> {
    const directory = join(testkitHome(undefined), "existing-servers");
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await removeOfDeadRuns(api, directory);
    const prefix = `testkit-${randomBytes(12).toString("hex")}-`;
    const note = join(directory, `${prefix}run.json`);
    await writeFileAtomically(
      note,
      JSON.stringify({ url: api.url, prefix, owner: await ourselves() }),
      0o600,
    );
    return new BanksOfRun(api, prefix, note);
  }

  /** The run goes on: for those who cannot look up its process. */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.#note, now, now).catch(() => {}); // somebody has cleared the cache
  }

  /** Removes those banks of the run whose ids go on so. */
  async remove(begin: string): Promise<void> {
    await removeAll(this.#api, this.prefix + begin);
  }

  /** Removes all that the run has made. Where that fails, the next run does it. */
  async close(): Promise<void> {
    await removeAll(this.#api, this.prefix);
    await rm(this.#note, { force: true });
  }
}

async function removeAll(api: BankApi, prefix: string): Promise<void> {
  for (let page = 0; page < MOST_PAGES; page++) {
    const banks = await api.list(prefix);
    if (banks.length === 0) return;
    for (const bank of banks) await api.remove(bank);
  }
  throw new Error(`${api.url} still lists banks that it has removed`);
}

/** Those of this server; another may not be there now. */
async function removeOfDeadRuns(api: BankApi, directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    const run = parseRun(await readFile(file, "utf8").catch(() => ""));
    if (run?.url !== api.url) continue;
    const age = Date.now() - (await stat(file).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (!(await isGone(run.owner, age, UNKNOWN_OWNER_LIMIT_MS))) continue;
    await removeAll(api, run.prefix);
    await rm(file, { force: true });
  }
}

function parseRun(text: string) {
  const value = parseJson(text);
  if (!isJsonObject(value)) return undefined;
  const { url, prefix } = value;
  const owner = parseOwner(value.owner);
  // What is no prefix of ours would take other banks with it.
  if (typeof url !== "string" || typeof prefix !== "string" || !PREFIX.test(prefix) || !owner)
    return undefined;
  return { url, prefix, owner };
}
