import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { isErrorCode } from "../../errors/catalogue.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import {
  AUTHORIZATION,
  type CoordinatorAddress,
  type Lease,
  type LeaseReturn,
  type LeaseReturned,
  type TestBegin,
  type TestEnd,
  type TestEnded,
  type WireError,
} from "../protocol.ts";

const agent = new Agent({ keepAlive: true });

/** The worker's side of the control server. Over node:http: `fetch` may be mocked by the tests, or absent (jsdom). */
export class CoordinatorClient {
  readonly #address: CoordinatorAddress;

  constructor(address: CoordinatorAddress) {
    this.#address = address;
  }

  /** Takes the slot's lease. The connection stays open, without keeping the worker alive: its end is the lease's end. */
  async lease(slot: string, file: string): Promise<Lease> {
    const response = await this.#send("/lease", { projectId: this.#address.projectId, slot, file });
    response.socket.unref();
    const lines = createInterface({ input: response });
    const line = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      response.once("error", (error) => reject(gone(error)));
      response.once("close", () => reject(gone(undefined)));
    });
    response.on("error", () => {});
    return parse(response, line) as Lease;
  }

  returnLease(leaseId: string, returned: LeaseReturn): Promise<LeaseReturned> {
    return this.#call(`/leases/${leaseId}/return`, returned) as Promise<LeaseReturned>;
  }

  async beginTest(leaseId: string, test: TestBegin): Promise<void> {
    await this.#call(`/leases/${leaseId}/test-begin`, test);
  }

  endTest(leaseId: string, test: TestEnd): Promise<TestEnded> {
    return this.#call(`/leases/${leaseId}/test-end`, test) as Promise<TestEnded>;
  }

  async serverLog(leaseId: string, sandbox: string, lines: number): Promise<string> {
    const { log } = (await this.#call(`/leases/${leaseId}/log`, { sandbox, lines })) as { log: string };
    return log;
  }

  async #call(path: string, body: object): Promise<unknown> {
    const response = await this.#send(path, body);
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return parse(response, Buffer.concat(parts).toString());
  }

  #send(path: string, body: object): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        `${this.#address.url}${path}`,
        {
          method: "POST",
          agent: path === "/lease" ? false : agent,
          headers: { "content-type": "application/json", [AUTHORIZATION]: this.#address.token },
        },
        resolve,
      );
      request.once("error", (error) => reject(gone(error)));
      request.end(JSON.stringify(body));
    });
  }
}

function gone(cause: Error | undefined): TestkitError {
  return new TestkitError("COORDINATOR_GONE", {
    what: `The connection to the test run's coordinator ended${cause ? `: ${cause.message}` : ""}.`,
    cause,
  });
}

function parse(response: IncomingMessage, text: string): unknown {
  const value = JSON.parse(text) as { error?: WireError };
  if (response.statusCode === 200) return value;
  const error = value.error;
  throw new TestkitError(error && isErrorCode(error.code) ? error.code : "COORDINATOR_GONE", {
    what: error?.what ?? `The coordinator answered ${response.statusCode}.`,
    log: error?.log,
  });
}
