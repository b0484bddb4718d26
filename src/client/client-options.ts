import type { HindsightClientOptions } from "@vectorize-io/hindsight-client";
import { TestkitError } from "../errors/testkit-error.ts";

/** @returns the options, the base URL without a slash at its end. @throws TestkitError `INVALID_OPTION` */
export function checkClientOptions(options: HindsightClientOptions): HindsightClientOptions {
  return { ...options, baseUrl: parseBaseUrl(options.baseUrl) };
}

/** The value may hold a password: it is not repeated where it is refused. */
function parseBaseUrl(value: unknown): string {
  if (typeof value !== "string" || !URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw invalid("`baseUrl` must be a URL that starts with http:// or https://, such as a server's `url`.");
  }
  const { username, password, search, hash } = new URL(value);
  if (username || password) {
    throw invalid(
      "`baseUrl` must hold no user and no password; `apiKey` or `headers` is the place for them.",
    );
  }
  if (search || hash) throw invalid("`baseUrl` must end before a `?` or `#`: paths are put behind it.");
  return value.replace(/\/+$/, "");
}

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}
