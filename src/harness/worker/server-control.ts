import { Agent, request as httpRequest } from "node:http";
import { CONTROL, type SandboxesMade, type Settled, TOKEN_HEADER } from "../../daemon-protocol.ts";
import { TestkitError } from "../../errors/testkit-error.ts";

/** The control routes of the slot's server, as a worker calls them. */
export class ServerControl {
  readonly url: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(server: { url: string; token: string }) {
    this.url = server.url;
    this.#token = server.token;
  }

  /** Closes the idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async makeSandboxes(count: number): Promise<string[]> {
    const { sandboxes } = (await this.#call("POST", CONTROL.sandboxes, { count })) as SandboxesMade;
    return sandboxes;
  }

  async closeSandbox(sandbox: string): Promise<void> {
    await this.#call("DELETE", `${CONTROL.sandboxes}/${sandbox}`);
  }

  /**
   * Waits until no work of the sandbox, or of one bank in it, is pending any more.
   * @throws TestkitError `BANK_NOT_SETTLED` when that takes longer than `timeout` milliseconds.
   */
  async settle(sandbox: string, banks: string[] | undefined, timeout: number): Promise<Settled> {
    const signal = AbortSignal.timeout(timeout);
    try {
      return (await this.#call("POST", CONTROL.settle, { sandbox, banks }, signal)) as Settled;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new TestkitError("BANK_NOT_SETTLED", {
        what: `Work of ${banks ? `bank ${banks.join(", ")}` : `sandbox ${sandbox}`} still goes on after ${timeout} ms.`,
      });
    }
  }

  #call(method: string, path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        `${this.url}${path}`,
        {
          method,
          agent: this.#agent,
          ...(signal && { signal }),
          headers: { "content-type": "application/json", [TOKEN_HEADER]: this.#token },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(parts).toString();
            if (response.statusCode === 200) resolve(JSON.parse(text || "{}"));
            else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text}`));
          });
        },
      );
      request.once("error", (error) =>
        reject(
          new TestkitError("SERVER_STOPPED", {
            what: `The test server at ${this.url} does not answer: ${error.message}.`,
            cause: error,
          }),
        ),
      );
      request.end(body && JSON.stringify(body));
    });
  }
}
