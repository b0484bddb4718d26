import type { Responder } from "../gateway/gateway-test.ts";
import type { ScriptedAnswer } from "../gateway/wire/wire.ts";
import type { ScriptedCall, ScriptedReply } from "./protocol.ts";

interface Waiting {
  resolve(answer: ScriptedAnswer): void;
  reject(error: Error): void;
}

/** Calls that the tests of one worker answer themselves, on their way there and back. */
export class ScriptedCalls {
  readonly #send: (call: ScriptedCall) => void;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  #hasEnded = false;

  constructor(send: (call: ScriptedCall) => void) {
    this.#send = send;
  }

  /** What answers the calls of a sandbox. */
  responder(sandbox: string): Responder {
    return (request) =>
      new Promise((resolve, reject) => {
        if (this.#hasEnded) return reject(gone());
        const id = String(++this.#count);
        this.#waiting.set(id, { resolve, reject });
        this.#send({ id, sandbox, ...request });
      });
  }

  reply(reply: ScriptedReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("answer" in reply) waiting?.resolve(reply.answer);
    else waiting?.reject(new Error(reply.error));
  }

  /** The worker is gone: nobody answers any more. */
  end(): void {
    this.#hasEnded = true;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
  }
}

function gone(): Error {
  return new Error("the test's process has ended");
}
