import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import { TestkitError } from "../errors/testkit-error.ts";

const KEEP_ALIVE_MS = 30_000;
/** Of the request line and the headers: a query may name many tags. */
const MAX_HEAD_BYTES = 64 * 1024;

export type Fetch = (request: Request) => Response | Promise<Response>;

/** An HTTP server that listens. */
export interface Listener {
  url: string;
  port: number;
  /** Takes no more requests, and gives those that are open `graceMs` milliseconds to end. */
  close(graceMs: number): Promise<void>;
}

/** Told of every request as it comes; its response says when it ends. */
export type OnRequest = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Listens on an address; port 0 takes a free one.
 * @throws TestkitError `SERVER_PORT_TAKEN`, or `SERVER_START_FAILED` when the address cannot be used.
 */
export async function listen(
  fetch: Fetch,
  address: { host: string; port: number },
  onRequest: OnRequest = () => {},
): Promise<Listener> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: { maxHeaderSize: MAX_HEAD_BYTES },
  }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("request", (request, response) => {
    onRequest(request, response);
    // Once no more requests are taken, a connection that has had its answer is not kept alive.
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on("clientError", refuseBrokenRequest);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, address)));
    server.listen(address.port, address.host, resolve);
  });
  const { port, family, address: bound } = server.address() as AddressInfo;
  const host = clientHost(address.host, bound);
  return {
    url: `http://${family === "IPv6" && isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    close: (graceMs) => close(server, graceMs),
  };
}

/**
 * What callers on this machine name. `localhost` may lead them to another of its addresses than the one that we listen on, and
 * "everywhere" is no address to call.
 */
function clientHost(host: string, bound: string): string {
  if (bound === "0.0.0.0") return "127.0.0.1";
  if (bound === "::") return "::1";
  return host === "localhost" ? bound : host.replaceAll(/[[\]]/g, "");
}

/** What is no HTTP gets an answer all the same, in plain text. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const text = "Invalid HTTP request received.";
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${text.length}\r\n` +
      `connection: close\r\n\r\n${text}`,
  );
}

function listenError(
  error: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): TestkitError {
  const code = error.code === "EADDRINUSE" ? "SERVER_PORT_TAKEN" : "SERVER_START_FAILED";
  return new TestkitError(code, {
    what: `Cannot listen on ${host}:${port}: ${error.message}.`,
    cause: error,
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
