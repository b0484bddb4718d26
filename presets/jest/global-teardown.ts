import { withdrawCoordinator } from "./environment.ts";
import { leaveNow } from "./leave.ts";

/** Jest's global teardown: ends all that global setup started. On Ctrl-C it does not run, and the reaper does the work. */
export default async function teardown(): Promise<void> {
  withdrawCoordinator();
  await leaveNow();
}
