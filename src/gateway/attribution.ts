import { ATTRIBUTION_HEADERS } from "../daemon-protocol.ts";
import type { Upstream } from "./forward.ts";
import type { Attribution } from "./request.ts";

type ReadHeader = (name: string) => string | undefined;

/** Whose call it is, as its headers say. They are removed before a call leaves the machine. */
export function readAttribution(
  slot: string,
  sandboxOfAddress: string | undefined,
  header: ReadHeader,
): Attribution {
  const read = (name: keyof typeof ATTRIBUTION_HEADERS) => decode(header(ATTRIBUTION_HEADERS[name]));
  return {
    slot,
    sandboxId: sandboxOfAddress ?? read("sandbox"),
    bank: read("bank"),
    operation: read("operation"),
    scope: read("scope") ?? "",
  };
}

/** A header holds no more than Latin-1, so ids are sent in percent encoding. */
function decode(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Headers of callers that know who their provider is: programs whose calls are intercepted, and sent here instead. */
export const UPSTREAM_HEADER = "x-hindsight-upstream";

/** The provider that a call was meant for; its own key goes with it, and no other. */
export function readUpstream(header: ReadHeader): Upstream | undefined {
  const baseUrl = header(UPSTREAM_HEADER);
  return baseUrl !== undefined && URL.canParse(baseUrl) ? { baseUrl } : undefined;
}
