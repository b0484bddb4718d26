import { API_BASE_URLS } from "../../../gateway/llm-options.ts";
import { WIRES } from "../../../gateway/wire/wires.ts";

/** An LLM provider's API, as code under test reaches it. */
export interface OwnProvider {
  /** Which API it speaks: most speak as OpenAI does. */
  api: keyof typeof API_BASE_URLS;
  /** The base URL of the API, such as `https://my.proxy/v1`. */
  baseUrl: string;
}

/** A provider, and what of an address is below its base URL. */
export interface OwnTarget {
  provider: OwnProvider;
  /** With the query string; `undefined`: the host is the provider's, the address is not below its base URL. */
  path: string | undefined;
  /** Whether the provider's API, as far as it is recorded, has the path. */
  isServed: boolean;
}

/** Nothing else is on these hosts. */
const KNOWN: readonly OwnProvider[] = [
  ...(["openai", "anthropic", "gemini", "ollama"] as const).map((api) => ({
    api,
    baseUrl: API_BASE_URLS[api],
  })),
  { api: "ollama", baseUrl: "http://127.0.0.1:11434" },
];

/** Whose calls are answered: those of the known providers, and of further ones. */
export class OwnProviders {
  /** The more a base URL says, the sooner it counts. */
  readonly #further: readonly OwnProvider[];

  constructor(further: readonly OwnProvider[] = []) {
    this.#further = further
      .map(({ api, baseUrl }) => ({ api, baseUrl: baseUrl.replace(/\/+$/, "") }))
      .sort((a, b) => b.baseUrl.length - a.baseUrl.length);
  }

  /** All of them, for those who see nothing but addresses: whole hosts, and what is below base URLs. */
  get watchable(): { origins: readonly string[]; baseUrls: readonly string[] } {
    return {
      origins: KNOWN.map(({ baseUrl }) => new URL(baseUrl).origin),
      baseUrls: this.#further.map(({ baseUrl }) => baseUrl),
    };
  }

  /** Whose an address is; `undefined`: no provider's. */
  find(address: string): OwnTarget | undefined {
    if (!URL.canParse(address)) return undefined;
    const url = new URL(address);
    const below = [...this.#further, ...KNOWN].flatMap((provider) => {
      const path = pathBelow(url, provider);
      return path === undefined
        ? []
        : [{ provider, path: path + url.search, isServed: serves(provider, path) }];
    });
    // A proxy may speak several APIs below one address.
    const found = below.find(({ isServed }) => isServed) ?? below[0];
    if (found) return found;
    const host = KNOWN.find(({ baseUrl }) => new URL(baseUrl).origin === url.origin);
    return host && { provider: host, path: undefined, isServed: false };
  }
}

function serves({ api }: OwnProvider, path: string): boolean {
  return WIRES.some((wire) => {
    if (wire.provider !== api) return false;
    const version = wire.version ? "(/v\\d\\w*)?" : "";
    const route = wire.route.replace(/:\w+\{(.+)\}/, "$1");
    return new RegExp(`^${version}${route}$`).test(path);
  });
}

function pathBelow(url: URL, { baseUrl }: OwnProvider): string | undefined {
  const base = new URL(baseUrl);
  const above = base.pathname.replace(/\/+$/, "");
  if (url.origin !== base.origin || !url.pathname.startsWith(`${above}/`)) return undefined;
  return url.pathname.slice(above.length);
}
