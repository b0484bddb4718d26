import { ATTRIBUTION_HEADERS } from "../../../daemon-protocol.ts";
import { TestkitError } from "../../../errors/testkit-error.ts";
import { openAiError } from "../../../gateway/answer.ts";
import { UPSTREAM_HEADER } from "../../../gateway/attribution.ts";
import { WIRES } from "../../../gateway/wire/wires.ts";
import { Session } from "../session.ts";
import type { TestLlm } from "../test-llm.ts";
import { forwardCall, streamOf, textOf } from "./forward-call.ts";
import { type OwnProvider, OwnProviders, type OwnTarget } from "./providers.ts";
import { OWN_SCOPE, realm } from "./realm.ts";

/** How the LLM calls of code under test are answered. */
export interface OwnCallOptions {
  /** What the calls are for, in cassettes, in misses and in `llm.calls()` (`agent`). */
  scope?: string | undefined;
  /** Providers beside OpenAI, Anthropic, Gemini and a local Ollama. */
  providers?: readonly OwnProvider[] | undefined;
  /** The test whose calls they are (the running one), where tests run at once and calls do not tell whose they are. */
  llm?: OwnTest | undefined;
}

/** A test's `llm`, whichever of the package's entries it comes from: each may have the class in a bundle of its own. */
export type OwnTest = Pick<TestLlm, "url" | "answersOwn" | "refusedCalls">;

/** With these clients try again, by themselves: what they wait for then does not come when the answer is no server's. */
const TRIED_AGAIN: readonly number[] = [408, 409, 425, 429];
const LONGEST_QUOTE = 2_000;
const NULL_BODY: readonly number[] = [204, 205, 304];

/** Answers LLM calls of code under test that were intercepted, through the gateway: from the test's cassette, or into it. */
export class OwnCalls {
  readonly #scope: string;
  readonly #providers: OwnProviders;
  readonly #llm: OwnTest | undefined;

  /** @throws TestkitError `INVALID_OPTION` */
  constructor({ scope = OWN_SCOPE, providers = [], llm }: OwnCallOptions) {
    if (typeof scope !== "string" || scope === "")
      throw invalid("`scope` of recordLlm must be a text that is not empty.");
    for (const { api, baseUrl } of providers) {
      if (!WIRES.some((wire) => wire.purpose === "llm" && wire.provider === api)) {
        throw invalid(
          `\`api\` of a provider of recordLlm must be openai, anthropic, gemini or ollama, not ${JSON.stringify(api)}.`,
        );
      }
      if (!URL.canParse(baseUrl)) throw invalid("`baseUrl` of a provider of recordLlm is no URL.");
    }
    realm().scopes.add(scope);
    this.#scope = scope;
    this.#providers = new OwnProviders(providers);
    this.#llm = llm;
  }

  /** @internal What is claimed, for those who cannot ask. */
  get watchable(): OwnProviders["watchable"] {
    return this.#providers.watchable;
  }

  /** Whether an address is an LLM provider's. */
  claims(url: string): boolean {
    return this.#providers.find(url) !== undefined;
  }

  /** Whether an address is the testkit's own, which tests reach whatever else they intercept. */
  isOwn(url: string): boolean {
    return URL.canParse(url) && realm().origins.has(new URL(url).origin);
  }

  /** Answers a call; it never throws, and no answer makes a client try again. */
  async answer(request: Request): Promise<Response> {
    const target = this.#providers.find(request.url);
    if (!target) return failure(undefined, "not_found", `${request.url} is no provider's.`);
    try {
      return await this.#answer(request, target);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#refuse(
        target,
        request.signal.aborted ? undefined : `The call could not be answered: ${reason}`,
      );
    }
  }

  async #answer(request: Request, target: OwnTarget): Promise<Response> {
    const { provider, path, isServed } = target;
    const llm = this.#llm ?? Session.current().testOfCall();
    if (typeof llm === "string") return this.#refuse(target, `The model was asked ${llm}.`);
    const where = `${request.method} ${withoutQuery(request.url)}`;
    if (path === undefined) {
      return this.#refuse(
        target,
        `${where} is not below ${provider.baseUrl}, so it is not known what it asks: name what answers there, recordLlm({ providers: [{ api, baseUrl }] }).`,
      );
    }
    if (request.method !== "POST" || !isServed) {
      return this.#refuse(
        target,
        `${where} is no call that can be recorded: answer it with a handler of your own, server.use(…).`,
      );
    }
    if (!llm.answersOwn(this.#scope)) {
      return this.#refuse(
        target,
        `${where} has no answer in mode "offline": the built-in model is the memory server's alone. Record the test (llm: "record"), or answer it yourself: llm.respond(${JSON.stringify(this.#scope)}, …).`,
      );
    }
    const headers = new Headers(request.headers);
    headers.set(ATTRIBUTION_HEADERS.scope, encodeURIComponent(this.#scope));
    headers.set(UPSTREAM_HEADER, provider.baseUrl);
    const response = await forwardCall({
      url: (await llm.url(provider.api)) + path,
      headers,
      body: new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
    });
    const status = response.statusCode ?? 0;
    if (status >= 500 || status < 200 || (status >= 300 && status < 400) || TRIED_AGAIN.includes(status)) {
      const text = (await textOf(response)).slice(0, LONGEST_QUOTE);
      return failure(
        provider,
        "provider_error",
        `The provider answered ${status}, which is not recorded. Here it is a 400, since a client that tries again would wait forever. It said: ${text}`,
      );
    }
    const answered = new Headers();
    for (const name of ["content-type", "x-should-retry"]) {
      const value = response.headers[name];
      if (typeof value === "string") answered.set(name, value);
    }
    if (status >= 400) answered.set("x-should-retry", "false");
    const body = NULL_BODY.includes(status) ? null : streamOf(response);
    return new Response(body, { status, headers: answered });
  }

  /** @param reason also fails the test, or the file where there is none; `undefined`: nobody waits for an answer. */
  #refuse({ provider }: OwnTarget, reason: string | undefined): Response {
    if (reason === undefined) return failure(provider, "aborted", "The call was given up.");
    noteMiss(this.#llm, `${this.#scope}: ${reason}`);
    return failure(provider, "llm_call_refused", reason);
  }
}

/** Fails the test that a call belongs to; where that is not known, the file. */
export function noteMiss(llm: OwnTest | undefined, message: string): void {
  const session = Session.exists() ? Session.current() : undefined;
  const whose = llm ?? session?.testOfCall();
  if (typeof whose === "object") whose.refusedCalls.add(message);
  else session?.strayCalls.add(message);
}

/** An error in the provider's form, with which clients do not try again. */
function failure(provider: OwnProvider | undefined, code: string, message: string): Response {
  const wire = WIRES.find((known) => known.purpose === "llm" && known.provider === provider?.api);
  const body = (wire?.errorBody ?? openAiError)(code, `[hindsight-testkit] ${message}`);
  return new Response(JSON.stringify(body), {
    status: 400,
    headers: { "content-type": "application/json", "x-should-retry": "false" },
  });
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/, "");
}

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}
