import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { Socket } from "node:net";
import { FORWARDING } from "../../../gateway/forward.ts";
import { noteMiss } from "./own-calls.ts";
import { realm } from "./realm.ts";
import type { WatchedCalls } from "./watched-calls.ts";

/** Told of every request that undici makes in this thread: Node's own `fetch`, and the package's. */
const REQUESTS = "undici:request:create";
/** The same of node:http and node:https. */
const HTTP_REQUESTS = "http.client.request.start";

const BY_UNDICI = "the `fetch` of the package undici";
const BY_NAME = "`request` or `get` that was imported by name from node:http or node:https";

/** What is published there, as far as it is used. */
interface UndiciRequest {
  origin?: unknown;
  path?: unknown;
  /** Ends the request with an error. */
  onError?: unknown;
}

/** msw gives requests that it intercepts an agent of its own; its first versions made them of a class of their own. */
function isIntercepted(request: ClientRequest): boolean {
  const { agent } = request as ClientRequest & { agent?: object };
  return request.constructor.name !== "ClientRequest" || /^Mock/.test(agent?.constructor.name ?? "");
}

/** Ends a call to a provider that nobody intercepted, and fails its test. */
function refuseUnseen(url: string, by: string, end: (error: Error) => void): void {
  const reason = `${url.replace(/\?.*$/, "")} was called where it cannot be intercepted: by ${by}, or by a client that was made before server.listen(). Make the client later, or give it the address of the gateway: llm.url().`;
  noteMiss(undefined, reason);
  end(new Error(`[hindsight-testkit] ${reason}`));
}

/**
 * Refuses calls to a provider that nobody intercepted, and fails their test, until the end of the file: of the `fetch` of the
 * package undici, or one that was kept from before interception began.
 */
export function watchUnseenCalls(calls: WatchedCalls): void {
  const forwarding = new AsyncLocalStorage<object>();
  FORWARDING.bindStore(forwarding);
  const refuse = (url: string, by: string, end: (error: Error) => void) => {
    if (calls.claims(url)) refuseUnseen(url, by, end);
  };
  const onRequest = (message: unknown) => {
    // With Jest's --runInBand the gateway lives in this process.
    if (forwarding.getStore()) return;
    const { request } = message as { request: UndiciRequest };
    refuse(`${request.origin}${request.path}`, BY_UNDICI, (error) => {
      if (typeof request.onError === "function") request.onError(error);
    });
  };
  const onHttpRequest = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (isIntercepted(request)) return;
    const url = `${request.protocol}//${request.getHeader("host") ?? request.host}${request.path}`;
    refuse(url, BY_NAME, (error) => request.destroy(error));
  };
  subscribe(REQUESTS, onRequest);
  subscribe(HTTP_REQUESTS, onHttpRequest);
  realm().atEnd.add(() => {
    unsubscribe(REQUESTS, onRequest);
    unsubscribe(HTTP_REQUESTS, onHttpRequest);
    FORWARDING.unbindStore(forwarding);
  });
}

/** Told of every connection that undici has made, and of each request on one, before its first byte is written. */
const CONNECTIONS = "undici:client:connected";
const WRITES = "undici:client:sendHeaders";

/** A request that msw 3 has found on a connection, as far as it is used. */
interface FoundRequest {
  /** What made it: a `Request`, a `ClientRequest`; the connection itself where msw does not know, and lets it pass. */
  initiator: unknown;
  request: Request;
  controller: { errorWith(error: Error): void };
}

/** msw 3's own interceptor of whatever is written to a connection, whoever does it: its handlers are not asked about all of it. */
export interface ConnectionInterceptor {
  apply(): void;
  dispose(): void;
  on(type: "request", listener: (found: FoundRequest) => void): unknown;
}

/** msw 3 marks the connections that it watches. */
function isWatched(socket: Socket): boolean {
  return Object.getOwnPropertySymbols(socket).some(({ description }) => description === "kPatched");
}

/**
 * The same where msw is 3, which intercepts below undici: what it does not hand on to handlers looks the same as what it does until
 * it is on a connection.
 */
export function watchUnseenConnections(calls: WatchedCalls, interceptor: ConnectionInterceptor): void {
  interceptor.apply();
  interceptor.on("request", ({ initiator, request, controller }) => {
    if (!(initiator instanceof Socket) || !calls.claims(request.url)) return;
    refuseUnseen(request.url, `${BY_UNDICI}, by ${BY_NAME}`, (error) => controller.errorWith(error));
  });
  const connected = new WeakSet<Socket>();
  const onConnection = (message: unknown) => {
    connected.add((message as { socket: Socket }).socket);
  };
  // A connection that was open before interception began stays what it was.
  const onWrite = (message: unknown) => {
    const { request, socket } = message as { request: UndiciRequest; socket: Socket };
    const url = `${request.origin}${request.path}`;
    if (connected.has(socket) || isWatched(socket) || !calls.claims(url)) return;
    refuseUnseen(url, "a client with a connection of before server.listen()", (error) =>
      socket.destroy(error),
    );
  };
  subscribe(CONNECTIONS, onConnection);
  subscribe(WRITES, onWrite);
  realm().atEnd.add(() => {
    unsubscribe(CONNECTIONS, onConnection);
    unsubscribe(WRITES, onWrite);
    interceptor.dispose();
  });
}
