import { open, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { profileFiles } from "../../embedded/profiles/profile.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import { nextChange } from "../../home/next-change.ts";
import { print } from "../output.ts";
import { chooseProfile, type DaemonFlags } from "./flags.ts";

/** File systems that tell of no changes are looked at so often, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

interface LogFlags extends DaemonFlags {
  lines: number;
  follow?: boolean;
}

/** `hindsight-testkit daemon logs`: exit code 1 when there is no log. With `--follow` it ends by a signal only. */
export async function logs(flags: LogFlags): Promise<void> {
  if (flags.json && flags.follow) {
    throw new TestkitError("INVALID_OPTION", {
      what: "--json gives one document, which with --follow would never be complete: give one of the two.",
    });
  }
  const profile = await chooseProfile(flags);
  const { log } = profileFiles(profile.directory);
  const text = await readFile(log, "utf8").catch((cause: Error) => {
    throw new TestkitError("DAEMON_LOG_MISSING", { what: `${log}: ${cause.message}.`, cause });
  });
  const lines = await lastLines(log, text, flags.lines);
  if (flags.json || lines.length > 0) print(flags, { profile: profile.name, log, lines }, lines);
  if (flags.follow) await follow(log, Buffer.byteLength(text));
}

/** A log that was just emptied goes on from the one before. */
async function lastLines(log: string, text: string, count: number): Promise<string[]> {
  const lines = toLines(text);
  if (lines.length >= count) return lines.slice(lines.length - count);
  const earlier = toLines(await readFile(`${log}.1`, "utf8").catch(() => ""));
  const all = [...earlier, ...lines];
  return all.slice(Math.max(0, all.length - count));
}

function toLines(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** @param position in bytes, of what has been shown. */
async function follow(log: string, position: number): Promise<never> {
  for (let shown = position; ; ) {
    // Watched from before the look, so that nothing falls between the two.
    const change = nextChange(dirname(log));
    try {
      shown = await showSince(log, shown);
      await change.within(LOOK_EVERY_MS);
    } finally {
      change.ignore();
    }
  }
}

/** @returns the new position. */
async function showSince(log: string, position: number): Promise<number> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size >= position) return position + (await copyToStdout(log, position));
  // It was emptied; what had not been shown is in the one before.
  await copyToStdout(`${log}.1`, position);
  return await copyToStdout(log, 0);
}

async function copyToStdout(path: string, position: number): Promise<number> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return 0;
  let copied = 0;
  try {
    for await (const part of file.createReadStream({ start: position, autoClose: false })) {
      process.stdout.write(part);
      copied += part.length;
    }
    return copied;
  } finally {
    await file.close();
  }
}
