import { TestkitError } from "../errors/testkit-error.ts";

/**
 * Recording calls a provider and spends money, and what CI records nobody reviews: there it must be asked for by name.
 *
 * @throws TestkitError `RECORD_REFUSED` when `CI` is set, unless `HINDSIGHT_RECORD_IN_CI` is `1`
 */
export function assertRecordingAllowed(env: NodeJS.ProcessEnv): void {
  const ci = env.CI?.toLowerCase();
  if (ci === undefined || ["", "0", "false"].includes(ci) || env.HINDSIGHT_RECORD_IN_CI === "1") return;
  throw new TestkitError("RECORD_REFUSED", {
    what: "`CI` is set, and HINDSIGHT_RECORD_IN_CI is not `1`: cassettes are not recorded in CI.",
  });
}
