import { EngineError } from "../errors.ts";

const MAX_BYTES = 192;

/**
 * Checks the id of a bank that is about to be made.
 * @throws EngineError `invalid_value`
 */
export function checkBankId(bankId: string): void {
  const fault =
    bankId === ""
      ? "must not be empty"
      : Buffer.byteLength(bankId) > MAX_BYTES
        ? `must not be longer than ${MAX_BYTES} bytes of UTF-8`
        : /\p{Cc}/u.test(bankId)
          ? "must not contain control characters"
          : bankId.startsWith("_")
            ? "must not begin with '_'"
            : undefined;
  if (fault) throw new EngineError("invalid_value", `Invalid bank id: it ${fault}`);
}
