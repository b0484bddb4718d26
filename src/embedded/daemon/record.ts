import { readFile } from "node:fs/promises";
import type { DaemonRecord } from "../../daemon-protocol.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { type Profile, profileFiles } from "../profiles/profile.ts";

/** What the profile's daemon noted of itself; undefined where there is none, or nothing that can be understood. */
export async function readRecord({ directory }: Profile): Promise<DaemonRecord | undefined> {
  const record = parseJson(await readFile(profileFiles(directory).daemon, "utf8").catch(() => ""));
  // With a copied directory the record of another profile's daemon comes along.
  return isRecord(record) && record.directory === directory ? record : undefined;
}

function isRecord(value: unknown): value is DaemonRecord {
  if (!isJsonObject(value)) return false;
  const { pid, startTime, scope, directory, url, secret, version, startedAt, idleTimeoutMs, settings } =
    value;
  return (
    [startTime, scope, directory, secret, version, startedAt].every((text) => typeof text === "string") &&
    [pid, idleTimeoutMs].every((number) => typeof number === "number") &&
    typeof url === "string" &&
    URL.canParse(url) &&
    isJsonObject(settings) &&
    Object.values(settings).every((text) => typeof text === "string")
  );
}
