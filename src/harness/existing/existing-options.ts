import { TestkitError } from "../../errors/testkit-error.ts";
import { parseStartTimeout } from "../../server/options.ts";
import type { PresetOptions } from "../protocol.ts";

/** What a preset knows of a server that somebody else runs. */
export interface ExistingOptions {
  kind: "existing";
  url: string;
  apiKey: string | undefined;
  startTimeout: number;
}

const BESIDE_URL = ["url", "apiKey", "startTimeout"];
const OF_OWN_SERVERS = ["HINDSIGHT_TEST_CLOCK", "HINDSIGHT_TEST_ID_SEED"];

/**
 * The options of a preset that names a server which runs; `undefined` for one whose servers are started.
 * @throws TestkitError `INVALID_OPTION` for what such a server cannot be told.
 */
export function parseExistingOptions(
  options: PresetOptions,
  env: NodeJS.ProcessEnv,
): ExistingOptions | undefined {
  const { url, apiKey } = options;
  if (url === undefined) {
    if (apiKey === undefined) return undefined;
    throw invalid(
      "`apiKey` is the key of an existing server, and no `url` is given; servers of the run ask for none.",
    );
  }
  const other = Object.entries(options).find(
    ([name, value]) => value !== undefined && !BESIDE_URL.includes(name),
  );
  if (other !== undefined) {
    throw invalid(
      `\`url\` and \`${other[0]}\` are both given: the server at \`url\` is as it was started, and nothing of it is recorded. Beside \`url\` there may be apiKey, startTimeout.`,
    );
  }
  const variable = OF_OWN_SERVERS.find((name) => env[name]);
  if (variable !== undefined)
    throw invalid(`${variable} is set, and the server at \`url\` keeps its own clock and ids.`);
  if (env.HINDSIGHT_LLM && env.HINDSIGHT_LLM !== "live") {
    throw invalid(
      `HINDSIGHT_LLM is ${JSON.stringify(env.HINDSIGHT_LLM)}, and the server at \`url\` asks its own model: nothing is recorded or replayed.`,
    );
  }
  return { kind: "existing", url, apiKey, startTimeout: parseStartTimeout(options.startTimeout) };
}

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}
