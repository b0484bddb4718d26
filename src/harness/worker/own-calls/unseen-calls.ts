import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { FORWARDING } from "../../../gateway/forward.ts";
import { noteMiss, type OwnCalls } from "./own-calls.ts";
import { realm } from "./realm.ts";

/** Told of every request that undici makes in this thread: Node's own `fetch`, and the package's. */
const REQUESTS = "undici:request:create";
/** Told when an answer begins. */
const ANSWERS = "undici:request:headers";
/** The same of node:http and node:https. */
const HTTP_REQUESTS = "http.client.request.start";

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

/**
 * Refuses calls to a provider that nobody intercepted, and fails their test, until the end of the file: of the `fetch` of the
 * package undici, or one that was kept from before interception began.
 */
export function watchUnseenCalls(calls: OwnCalls): void {
  const forwarding = new AsyncLocalStorage<object>();
  FORWARDING.bindStore(forwarding);
  const refuse = (url: string, by: string, end: (error: Error) => void) => {
    if (!calls.claims(url)) return;
    const reason = `${url.replace(/\?.*$/, "")} was called where it cannot be intercepted: by ${by}, or by a client that was made before server.listen(). Make the client later, or give it the address of the gateway: llm.url().`;
    noteMiss(undefined, reason);
    end(new Error(`[hindsight-testkit] ${reason}`));
  };
  const onRequest = (message: unknown) => {
    // With Jest's --runInBand the gateway lives in this process.
    if (forwarding.getStore()) return;
    const { request } = message as { request: UndiciRequest };
    refuse(`${request.origin}${request.path}`, "the `fetch` of the package undici", (error) => {
      if (typeof request.onError === "function") request.onError(error);
    });
  };
  const onHttpRequest = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (isIntercepted(request)) return;
    const url = `${request.protocol}//${request.getHeader("host") ?? request.host}${request.path}`;
    refuse(url, "`request` or `get` that was imported by name from node:http or node:https", (error) =>
      request.destroy(error),
    );
  };
  subscribe(REQUESTS, onRequest);
  subscribe(HTTP_REQUESTS, onHttpRequest);
  realm().atEnd.add(() => {
    unsubscribe(REQUESTS, onRequest);
    unsubscribe(HTTP_REQUESTS, onHttpRequest);
    FORWARDING.unbindStore(forwarding);
  });
}

/**
 * Fails the test of a call to a provider that somebody else than the testkit has answered, until the end of the file: what
 * msw 3 does not intercept looks the same as what it does, until then.
 */
export function watchForeignAnswers(calls: OwnCalls): void {
  const onAnswer = (message: unknown) => {
    const { request } = message as { request: UndiciRequest };
    const url = `${request.origin}${request.path}`;
    if (!calls.claims(url) || calls.takeAnswer(url)) return;
    const reason = `${url.replace(/\?.*$/, "")} was called, and answered by the network, where it is not intercepted: by the \`fetch\` of the package undici, or by a client that was made before server.listen(). Make the client later, or give it the address of the gateway: llm.url().`;
    noteMiss(undefined, reason);
  };
  subscribe(ANSWERS, onAnswer);
  realm().atEnd.add(() => unsubscribe(ANSWERS, onAnswer));
}
