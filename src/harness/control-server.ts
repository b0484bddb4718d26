import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TestkitError } from "../errors/testkit-error.ts";
import type { Coordinator } from "./coordinator.ts";
import type { ExistingRun } from "./existing/existing-run.ts";
import {
  AUTHORIZATION,
  type GatewayAddress,
  type LeaseRequest,
  type LeaseReturn,
  type ScriptedReply,
  type TestBegin,
  type TestCalls,
  type TestEnd,
  type TestRespond,
  type WireError,
} from "./protocol.ts";
import { ScriptedCalls } from "./scripted-calls.ts";

/** The coordinator's door for workers: HTTP on loopback, opened by a token that only this run's workers have. */
export class ControlServer {
  readonly token = randomBytes(16).toString("hex");
  readonly #coordinator: Coordinator | ExistingRun;
  readonly #server: Server;
  /** By lease. */
  readonly #scripted = new Map<string, ScriptedCalls>();

  private constructor(coordinator: Coordinator | ExistingRun) {
    this.#coordinator = coordinator;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // A lease's response stays open as long as its file runs.
    this.#server.requestTimeout = 0;
    // An idle connection that we close while a worker reuses it would be a request lost.
    this.#server.keepAliveTimeout = 0;
  }

  static async start(coordinator: Coordinator | ExistingRun): Promise<ControlServer> {
    const control = new ControlServer(coordinator);
    await new Promise<void>((resolve, reject) => {
      control.#server.once("error", reject);
      control.#server.listen(0, "127.0.0.1", resolve);
    });
    // The runner decides when the main process may end.
    control.#server.unref();
    return control;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#authorized(request)) {
      response.writeHead(403).end();
      return;
    }
    try {
      const body = await readJson(request);
      const [, resource, leaseId = "", action] = (request.url ?? "").split("/");
      if (resource === "lease") return await this.#lease(body as LeaseRequest, response);
      if (resource !== "leases") throw new Error(`No route ${request.url}`);
      reply(response, 200, await this.#onLease(leaseId, action, body));
    } catch (error) {
      reply(response, 500, { error: toWire(error) });
    }
  }

  async #onLease(leaseId: string, action: string | undefined, body: unknown): Promise<unknown> {
    switch (action) {
      case "return":
        return this.#coordinator.returnLease(leaseId, body as LeaseReturn);
      case "test-begin":
        return this.#coordinator.tests(leaseId).begin(body as TestBegin);
      case "test-end":
        return this.#coordinator.tests(leaseId).end(body as TestEnd);
      case "test-respond": {
        const respond = body as TestRespond;
        const responder = this.#scripted.get(leaseId)?.responder(respond.sandbox);
        if (!responder) throw new TestkitError("COORDINATOR_GONE", { what: "This lease has ended." });
        await this.#coordinator.tests(leaseId).respond(respond, responder);
        return {};
      }
      case "test-reply":
        this.#scripted.get(leaseId)?.reply(body as ScriptedReply);
        return {};
      case "test-calls": {
        const { sandbox } = body as { sandbox: string };
        return { calls: this.#coordinator.tests(leaseId).calls(sandbox) } satisfies TestCalls;
      }
      case "gateway": {
        const { sandbox, provider } = body as GatewayAddress;
        return { url: this.#coordinator.tests(leaseId).url(sandbox, provider) };
      }
      case "log": {
        const { sandbox, lines } = body as { sandbox: string; lines: number };
        return { log: await this.#coordinator.serverLog(leaseId, sandbox, lines) };
      }
      default:
        throw new Error(`No action ${action}`);
    }
  }

  /**
   * Grants a lease as the first line of a response that stays open: its end tells that the worker is gone. The lines after it
   * are calls that the worker's tests answer themselves.
   */
  async #lease(request: LeaseRequest, response: ServerResponse): Promise<void> {
    const lease = await this.#coordinator.lease(request);
    if (response.destroyed) return await this.#coordinator.abandonLease(lease.id);
    const scripted = new ScriptedCalls((call) => response.write(`${JSON.stringify(call)}\n`));
    this.#scripted.set(lease.id, scripted);
    response.on("close", () => {
      this.#scripted.delete(lease.id);
      scripted.end();
      void this.#coordinator.abandonLease(lease.id);
    });
    response.writeHead(200, { "content-type": "application/json" });
    response.write(`${JSON.stringify(lease)}\n`);
  }

  #authorized(request: IncomingMessage): boolean {
    const given = Buffer.from(String(request.headers[AUTHORIZATION] ?? ""));
    const expected = Buffer.from(this.token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function toWire(error: unknown): WireError {
  if (TestkitError.is(error)) return { code: error.code, what: error.what, log: error.log };
  return {
    code: "COORDINATOR_FAILED",
    what: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
