import { createRequire } from "node:module";
import * as msw from "msw";
import { HttpHandler, passthrough } from "msw";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import { type OwnCallOptions, OwnCalls } from "../../src/harness/worker/own-calls/own-calls.ts";
import {
  type ConnectionInterceptor,
  watchUnseenCalls,
  watchUnseenConnections,
} from "../../src/harness/worker/own-calls/unseen-calls.ts";
import { watchThreads } from "../../src/harness/worker/own-calls/watch-threads.ts";
import { WatchedCalls } from "../../src/harness/worker/own-calls/watched-calls.ts";

export type { OwnCallOptions as RecordLlmOptions } from "../../src/harness/worker/own-calls/own-calls.ts";
export type { OwnProvider } from "../../src/harness/worker/own-calls/providers.ts";

/** msw 3, which has no `graphql` here, intercepts connections, below undici and node:http. */
const IS_MSW_2 = "graphql" in msw;
const ANY_METHOD = /.*/;
const ANY_URL = /.*/;

/**
 * Of the library that msw 3 is made of, which is no dependency of ours: the one that msw has.
 *
 * @throws TestkitError `INVALID_OPTION`
 */
function connectionInterceptor(): ConnectionInterceptor {
  try {
    const ofMsw = createRequire(createRequire(import.meta.url).resolve("msw"));
    const { HttpRequestInterceptor } = ofMsw("@mswjs/interceptors/http") as {
      HttpRequestInterceptor: new () => ConnectionInterceptor;
    };
    return new HttpRequestInterceptor();
  } catch (error) {
    throw new TestkitError("INVALID_OPTION", {
      what: "This version of msw does not say what it does not see, so that calls would reach the network: install msw 2.",
      cause: error,
    });
  }
}

const watched = new WatchedCalls((all) => {
  if (IS_MSW_2) watchUnseenCalls(all);
  else watchUnseenConnections(all, connectionInterceptor());
  watchThreads(all);
});

/** A handler for the requests that `matches` says, and for no others: what is left is reported as unhandled. */
class MatchingHandler extends HttpHandler {
  readonly #matches: (url: string) => boolean;

  constructor(
    matches: (url: string) => boolean,
    resolver: (info: { request: Request }) => Response | Promise<Response>,
  ) {
    super(ANY_METHOD, ANY_URL, resolver as ConstructorParameters<typeof HttpHandler>[2]);
    this.#matches = matches;
  }

  override async predicate({ request }: { request: Request }): Promise<boolean> {
    return this.#matches(request.url);
  }
}

/**
 * Handlers for Mock Service Worker that record and replay the LLM calls of the code under test, with the same cassette and in
 * the same mode as those of its memory. Every request to OpenAI, Anthropic, Gemini and a local Ollama is answered here: none
 * reaches the network past the gateway.
 *
 * @example
 * const server = setupServer(...recordLlm());
 * beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
 * afterAll(() => server.close());
 *
 * @throws TestkitError `INVALID_OPTION`
 */
export function recordLlm(options: OwnCallOptions = {}): HttpHandler[] {
  if (!IS_MSW_2 && process.env.JEST_WORKER_ID !== undefined) {
    throw new TestkitError("INVALID_OPTION", {
      what: "msw 3 does not see what is called in Jest's environments, so that calls would reach the network: install msw 2 beside Jest.",
    });
  }
  const calls = new OwnCalls(options);
  watched.add(calls);
  return [
    new MatchingHandler(
      (url) => calls.isOwn(url),
      () => passthrough(),
    ),
    new MatchingHandler(
      (url) => calls.claims(url),
      ({ request }) => calls.answer(request),
    ),
  ];
}
