/** Embeddings and rerankers that are recorded with the language model. */
import { TestkitError } from "../errors/testkit-error.ts";
import type { LlmGateway } from "../gateway/gateway.ts";
import type { Upstreams } from "../gateway/gateway-test.ts";
import { refuseUnknown } from "../server/options.ts";
import { STAND_IN_KEY } from "../server/recorded-environment.ts";

/** A service in place of what is built in. */
export interface ServiceOptions {
  /** Embeddings: `openai` or `tei`. Reranker: `tei` or `cohere`. */
  provider: string;
  model?: string | undefined;
  /** The base URL of its API, for recording. */
  baseUrl?: string | undefined;
  /** Its key. It is never written to a file. */
  apiKey?: string | undefined;
}

type Service = "embeddings" | "reranker";

const KNOWN: readonly string[] = Object.keys({
  provider: true,
  model: true,
  baseUrl: true,
  apiKey: true,
} satisfies Record<keyof ServiceOptions, true>);
/** The variables that configure a server for it, by what they say. */
const VARIABLES: Record<Service, Record<string, { url: string; key?: string; model?: string }>> = {
  embeddings: {
    openai: {
      url: "EMBEDDINGS_OPENAI_BASE_URL",
      key: "EMBEDDINGS_OPENAI_API_KEY",
      model: "EMBEDDINGS_OPENAI_MODEL",
    },
    tei: { url: "EMBEDDINGS_TEI_URL" },
  },
  reranker: {
    tei: { url: "RERANKER_TEI_URL" },
    cohere: {
      url: "RERANKER_COHERE_BASE_URL",
      key: "RERANKER_COHERE_API_KEY",
      model: "RERANKER_COHERE_MODEL",
    },
  },
};
const PROVIDER_VARIABLES: Record<Service, string> = {
  embeddings: "EMBEDDINGS_PROVIDER",
  reranker: "RERANKER_PROVIDER",
};
const PREFIX = "HINDSIGHT_API_";

/** @throws TestkitError `INVALID_OPTION` */
export function parseService(
  service: Service,
  options: ServiceOptions | undefined,
): ServiceOptions | undefined {
  if (options === undefined) return undefined;
  refuseUnknown(options, KNOWN, `\`${service}\``);
  if (!Object.hasOwn(VARIABLES[service], options.provider)) {
    const known = Object.keys(VARIABLES[service]).join(", ");
    throw new TestkitError("INVALID_OPTION", {
      what: `\`${service}.provider\` must be one of ${known}, not ${JSON.stringify(options.provider)}.`,
    });
  }
  if (options.baseUrl !== undefined && !URL.canParse(options.baseUrl)) {
    throw new TestkitError("INVALID_OPTION", { what: `\`${service}.baseUrl\` is no URL.` });
  }
  return options;
}

/** How a slot's server is told to ask the gateway for it. */
export function serviceEnvironment(
  service: Service,
  { provider, model }: ServiceOptions,
  gateway: LlmGateway,
  slot: string,
): Record<string, string> {
  const names = VARIABLES[service][provider];
  if (!names) return {};
  return {
    [PREFIX + PROVIDER_VARIABLES[service]]: provider,
    [PREFIX + names.url]: gateway.baseUrl(slot, provider),
    ...(names.key !== undefined && { [PREFIX + names.key]: STAND_IN_KEY }),
    ...(names.model !== undefined && model !== undefined && { [PREFIX + names.model]: model }),
  };
}

export function serviceUpstream(options: ServiceOptions | undefined): Upstreams[Service] {
  if (options?.baseUrl === undefined) return undefined;
  const { provider, baseUrl, apiKey } = options;
  return { provider, baseUrl, apiKey };
}
