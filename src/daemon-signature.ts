import { createHmac, timingSafeEqual } from "node:crypto";
import type { DaemonQuestion, DaemonState } from "./daemon-protocol.ts";

/**
 * What a daemon and those who look for it prove to each other: that they know the secret, without telling it. The parts
 * are told apart, so that no signature stands for anything else.
 */
function sign(secret: string, parts: readonly string[]): string {
  return createHmac("sha256", secret).update(JSON.stringify(parts)).digest("hex");
}

/** The signature of a question. */
export function signQuestion(
  secret: string,
  { action, challenge }: Pick<DaemonQuestion, "action" | "challenge">,
): string {
  return sign(secret, ["question", action, challenge]);
}

/** The signature of the answer that the daemon of this profile, in this directory, gives to a question. */
export function signAnswer(secret: string, { challenge, state, profile, directory }: AnswerParts): string {
  return sign(secret, ["answer", challenge, state, profile, directory]);
}

/** How a daemon that lives as long as its starter proves that it is the one which was started. */
export function signChallenge(secret: string, challenge: string): string {
  return sign(secret, ["challenge", challenge]);
}

interface AnswerParts {
  challenge: string;
  state: DaemonState;
  profile: string;
  directory: string;
}

export function isSignature(expected: string, given: unknown): boolean {
  if (typeof given !== "string") return false;
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
