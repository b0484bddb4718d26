import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { threadId } from "node:worker_threads";
import { isErrorCode } from "../../errors/catalogue.ts";
import { TestkitError } from "../../errors/testkit-error.ts";
import {
  AUTHORIZATION,
  type CoordinatorAddress,
  type GatewayAddress,
  type Lease,
  type LeaseReturn,
  type LeaseReturned,
  type ScriptedCall,
  type ScriptedReply,
  type TestBegin,
  type TestBegun,
  type TestCalls,
  type TestEnd,
  type TestEnded,
  type TestRespond,
  type WireError,
} from "../protocol.ts";

/** The worker's side of the control server. Over node:http: `fetch` may be mocked by the tests, or absent (jsdom). */
export class CoordinatorClient {
  readonly #address: CoordinatorAddress;
  readonly #agent = new Agent({ keepAlive: true });
  #leaseConnection: IncomingMessage | undefined;

  constructor(address: CoordinatorAddress) {
    this.#address = address;
  }

  get url(): string {
    return this.#address.url;
  }

  /**
   * Takes the slot's lease. The connection stays open, without keeping the worker alive: its end is the lease's end.
   * @param onCall is told of calls that a test answers itself.
   */
  async lease(slot: string, file: string, onCall: (call: ScriptedCall) => void): Promise<Lease> {
    const response = await this.#send("/lease", {
      projectId: this.#address.projectId,
      slot,
      file,
      worker: `${process.pid}/${threadId}`,
    });
    response.socket.unref();
    const lease = parse(
      response,
      await firstLine(response, (line) => onCall(JSON.parse(line) as ScriptedCall)),
    ) as Lease;
    // The coordinator may go first; nobody waits for this connection any more.
    response.on("error", () => {});
    this.#leaseConnection = response;
    return lease;
  }

  /** Ends the connection of the lease: the coordinator then knows that it is free, returned or not. */
  close(): void {
    this.#leaseConnection?.destroy();
    this.#agent.destroy();
  }

  returnLease(leaseId: string, returned: LeaseReturn): Promise<LeaseReturned> {
    return this.#call(`/leases/${leaseId}/return`, returned) as Promise<LeaseReturned>;
  }

  beginTest(leaseId: string, test: TestBegin): Promise<TestBegun> {
    return this.#call(`/leases/${leaseId}/test-begin`, test) as Promise<TestBegun>;
  }

  async respond(leaseId: string, respond: TestRespond): Promise<void> {
    await this.#call(`/leases/${leaseId}/test-respond`, respond);
  }

  async reply(leaseId: string, reply: ScriptedReply): Promise<void> {
    await this.#call(`/leases/${leaseId}/test-reply`, reply);
  }

  async calls(leaseId: string, sandbox: string): Promise<TestCalls["calls"]> {
    return ((await this.#call(`/leases/${leaseId}/test-calls`, { sandbox })) as TestCalls).calls;
  }

  async gatewayUrl(leaseId: string, address: GatewayAddress): Promise<string> {
    return ((await this.#call(`/leases/${leaseId}/gateway`, address)) as { url: string }).url;
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
          agent: path === "/lease" ? false : this.#agent,
          headers: { "content-type": "application/json", [AUTHORIZATION]: this.#address.token },
        },
        resolve,
      );
      request.once("error", (error) => reject(gone(error)));
      request.end(JSON.stringify(body));
    });
  }
}

/** The first line of a response that stays open; `onLine` is told those that follow. */
function firstLine(response: IncomingMessage, onLine: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    let first = true;
    response.setEncoding("utf8");
    response.on("data", (part: string) => {
      const lines = (text + part).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        if (first) resolve(line);
        else onLine(line);
        first = false;
      }
    });
    response.once("end", () => resolve(text));
    response.once("error", (error) => reject(gone(error)));
    response.once("close", () => reject(gone(undefined)));
  });
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
