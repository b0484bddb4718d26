import type { CoordinatorAddress } from "../../src/harness/protocol.ts";

/** Jest's workers inherit the main process's environment, and nothing else. */
const VARIABLE = "HINDSIGHT_TESTKIT_COORDINATOR";

export function publishCoordinator(address: CoordinatorAddress): void {
  process.env[VARIABLE] = JSON.stringify(address);
}

export function withdrawCoordinator(): void {
  delete process.env[VARIABLE];
}

export function publishedCoordinator(): CoordinatorAddress | undefined {
  const value = process.env[VARIABLE];
  return value ? (JSON.parse(value) as CoordinatorAddress) : undefined;
}
