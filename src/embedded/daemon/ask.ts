import { randomBytes } from "node:crypto";
import {
  DAEMON_PATH,
  type DaemonQuestion,
  type DaemonRecord,
  type DaemonState,
} from "../../daemon-protocol.ts";
import { isSignature, signAnswer, signQuestion } from "../../daemon-signature.ts";
import { isJsonObject } from "../../json-object.ts";
import { parseJson } from "../../parse-json.ts";
import { ask as askServer } from "../../server/ask.ts";
import type { Profile } from "../profiles/profile.ts";

/**
 * `silent`: something is there and did not answer in time. `unreachable`: nothing is there, or it went away. `stranger`: what
 * answered could not prove that it is this profile's daemon.
 */
export type Finding = DaemonState | "silent" | "unreachable" | "stranger";

export interface Asking {
  action: DaemonQuestion["action"];
  /** How long it may take to answer, in milliseconds. */
  timeoutMs: number;
  /** Whether one that is starting is waited for. */
  wait?: boolean;
}

/** Asks the daemon of the record about itself, and has it prove that it is the one. */
export async function ask(record: DaemonRecord, profile: Profile, asking: Asking): Promise<Finding> {
  const { action, timeoutMs, wait = false } = asking;
  const { secret, url } = record;
  const challenge = randomBytes(16).toString("hex");
  const question: DaemonQuestion = {
    ...{ action, wait, challenge },
    signature: signQuestion(secret, { action, challenge }),
  };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const { href } = new URL(DAEMON_PATH, url);
    const { text } = await askServer(href, { method: "POST", body: question, signal: abort.signal });
    const answer = parseJson(text);
    if (!isJsonObject(answer) || !isState(answer.state)) return "stranger";
    const { name, directory } = profile;
    const expected = signAnswer(secret, { challenge, state: answer.state, profile: name, directory });
    return isSignature(expected, answer.signature) ? answer.state : "stranger";
  } catch {
    return abort.signal.aborted ? "silent" : "unreachable";
  } finally {
    clearTimeout(timer);
  }
}

function isState(value: unknown): value is DaemonState {
  return value === "starting" || value === "ready" || value === "stopping";
}
