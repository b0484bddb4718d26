import type { LogLevel } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { checkApiKey } from "../server/api-key.ts";
import { isDatabaseUrl } from "../server/database-choice.ts";
import { checkTexts, checkVariables } from "../server/option-values.ts";
import { parseLogLevel, parseStartTimeout, refuseUnknown, toEnvironment } from "../server/options.ts";
import type { DaemonWishes } from "./daemon/configuration.ts";
import { checkProfileName, DEFAULT_PROFILE } from "./profiles/name.ts";

/**
 * What is given goes before the profile's `profile.env`, that before `HINDSIGHT_API_*` variables of the process, and those before
 * the server's defaults. What is left out overrides nothing.
 */
export interface HindsightEmbeddedOptions {
  /** The profile (`default`), which is made when it does not exist. */
  profile?: string | undefined;
  /** The LLM provider: `offline`, `none`, `openai`, `anthropic`, `gemini`, `ollama` and others: docs/providers.md. */
  llmProvider?: string | undefined;
  llmModel?: string | undefined;
  /** An empty one takes away what the profile or the environment has. */
  llmApiKey?: string | undefined;
  llmBaseUrl?: string | undefined;
  /** `postgres://…`, in place of the profile's own Postgres. */
  databaseUrl?: string | undefined;
  /** What the server asks its callers for; the calls of this object send it. */
  apiKey?: string | undefined;
  /** Variables that begin with `HINDSIGHT_API_`, for what has no option. */
  env?: Record<string, string> | undefined;
  /** Without requests and work for so many milliseconds the daemon stops (5 minutes). 0: never. */
  idleTimeout?: number | undefined;
  /** Of the daemon's log (`info`). */
  logLevel?: LogLevel | undefined;
  /** How long a start of the daemon may take, in milliseconds (3 minutes). */
  startTimeout?: number | undefined;
}

const KNOWN = Object.keys({
  profile: true,
  llmProvider: true,
  llmModel: true,
  llmApiKey: true,
  llmBaseUrl: true,
  databaseUrl: true,
  apiKey: true,
  env: true,
  idleTimeout: true,
  logLevel: true,
  startTimeout: true,
} satisfies Record<keyof HindsightEmbeddedOptions, true>);

/** @throws TestkitError `INVALID_OPTION` */
export function parseOptions(options: HindsightEmbeddedOptions): { profile: string; wishes: DaemonWishes } {
  refuseUnknown(options, KNOWN, "`HindsightEmbedded`");
  const { profile = DEFAULT_PROFILE, databaseUrl, idleTimeout, logLevel, startTimeout } = options;
  const { llmProvider, llmModel, llmApiKey, llmBaseUrl } = options;
  checkTexts({ llmProvider, llmModel, llmApiKey, llmBaseUrl });
  checkVariables(options.env, {
    HOST: "a profile's daemon listens on loopback",
    PORT: "the profile decides, `npx hindsight-testkit profile set-env` changes it",
  });
  checkProfileName(profile, "`profile`");
  checkApiKey(options.apiKey, "the profile's counts, and where it has none nobody is asked for one");
  if (databaseUrl !== undefined && !isDatabaseUrl(databaseUrl)) {
    // The value may hold a password: it is not repeated.
    throw invalid("`databaseUrl` must be a URL that starts with postgres://.");
  }
  if (idleTimeout !== undefined && !(Number.isFinite(idleTimeout) && idleTimeout >= 0)) {
    throw invalid(`\`idleTimeout\` must be a number of milliseconds, or 0 for never, not ${idleTimeout}.`);
  }
  return {
    profile,
    wishes: {
      variables: {
        ...toEnvironment(options),
        ...(databaseUrl !== undefined && { HINDSIGHT_API_DATABASE_URL: databaseUrl }),
      },
      idleTimeout,
      ...(logLevel !== undefined && { logLevel: parseLogLevel(logLevel) }),
      ...(startTimeout !== undefined && { startTimeout: parseStartTimeout(startTimeout) }),
    },
  };
}

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}
