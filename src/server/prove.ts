import { randomBytes } from "node:crypto";
import { PROOF_HEADERS } from "../daemon-protocol.ts";
import { isSignature, signChallenge } from "../daemon-signature.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { ask } from "./ask.ts";

/**
 * Makes sure that it is the daemon with this secret that answers at the URL, and not a program that listens on the same port of
 * an address that the URL leads to as well.
 *
 * @throws TestkitError `SERVER_NOT_OURS`; what the signal says.
 */
export async function prove(url: string, secret: string, signal: AbortSignal): Promise<void> {
  const challenge = randomBytes(16).toString("hex");
  const headers = { [PROOF_HEADERS.challenge]: challenge };
  const answer = await ask(`${url}/health/live`, { headers, signal }).catch((cause: Error) => {
    signal.throwIfAborted();
    throw new TestkitError("SERVER_NOT_OURS", { what: `${url} does not answer: ${cause.message}.`, cause });
  });
  if (isSignature(signChallenge(secret, challenge), answer.headers[PROOF_HEADERS.proof])) return;
  throw new TestkitError("SERVER_NOT_OURS", { what: `It is not the started server that answers at ${url}.` });
}
