import { AsyncLocalStorage } from "node:async_hooks";
import { ATTRIBUTION_HEADERS } from "../daemon-protocol.ts";

/** Whose work it is that a model is called for. */
export interface Attribution {
  sandboxId: string;
  /** "": no bank's. */
  bankId: string;
  /** Set for work in the background: calls of a request that somebody waits for come first. */
  operationId?: string | undefined;
}

const NOBODY: Attribution = { sandboxId: "", bankId: "" };
const running = new AsyncLocalStorage<Attribution>();

/** Runs work that belongs to somebody. */
export function attributed<T>(to: Attribution, work: () => T): T {
  return running.run(to, work);
}

/**
 * The headers that say whose a call is, for a gateway of ours.
 * @param whose left out: whoever the running work belongs to.
 */
export type Attribute = (scope: string, whose?: Attribution) => Record<string, string>;

/** Says nothing. */
export const unattributed: Attribute = () => ({});

/** @param clockOf where a sandbox's clock has stood; null: it is no test's, and is not told. */
export function attributeWith(clockOf: (sandboxId: string) => string | null): Attribute {
  return (scope, { sandboxId, bankId, operationId } = running.getStore() ?? NOBODY) => {
    const clock = clockOf(sandboxId);
    return {
      // A header holds no more than Latin-1; ids may hold anything.
      [ATTRIBUTION_HEADERS.sandbox]: encodeURIComponent(sandboxId),
      [ATTRIBUTION_HEADERS.bank]: encodeURIComponent(bankId),
      [ATTRIBUTION_HEADERS.scope]: scope,
      ...(operationId !== undefined && { [ATTRIBUTION_HEADERS.operation]: operationId }),
      ...(clock !== null && { [ATTRIBUTION_HEADERS.clock]: clock }),
    };
  };
}
