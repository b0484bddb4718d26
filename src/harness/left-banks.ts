import type { DefaultSandboxReset } from "../daemon-protocol.ts";
import type { LeftBank, TestSpan } from "./protocol.ts";

/** Says of each bank that was left in the default sandbox which tests were running when it was made. */
export function attributeLeftBanks(
  banks: DefaultSandboxReset["banks"],
  tests: readonly TestSpan[],
): LeftBank[] {
  return banks.map((bank) => ({
    bankId: bank.bank_id,
    memoryUnits: bank.memory_units,
    tests: tests
      .filter(({ start, end }) => start <= bank.created_at && bank.created_at <= end)
      .map(({ name }) => name),
  }));
}
