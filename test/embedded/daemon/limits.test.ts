import { expect, test } from "vitest";
import { readLimits } from "../../../src/embedded/daemon/limits.ts";

test("are given in seconds", () => {
  const limits = readLimits({
    HINDSIGHT_EMBED_DAEMON_STARTUP_TIMEOUT: "20",
    HINDSIGHT_EMBED_LOCK_TIMEOUT: " ",
  });
  expect(limits).toMatchObject({ startTimeoutMs: 20_000, lockTimeoutMs: 300_000, idleTimeoutMs: 300_000 });
});

test("to be idle may last longer than a timer can", () => {
  const { idleTimeoutMs } = readLimits({ HINDSIGHT_EMBED_DAEMON_IDLE_TIMEOUT: "99999999" });
  expect(idleTimeoutMs).toBe(99_999_999_000);
});

test.each([
  ["DAEMON_STARTUP_TIMEOUT", "soon"],
  ["DAEMON_STARTUP_TIMEOUT", "-1"],
  ["DAEMON_STARTUP_TIMEOUT", "2147484"],
  ["LOCK_TIMEOUT", "99999999"],
])("%s=%s is refused by its name", (name, value) => {
  expect(() => readLimits({ [`HINDSIGHT_EMBED_${name}`]: value })).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION", what: expect.stringContaining(`${name} must be`) }),
  );
});
