import { describe, expect, test } from "vitest";
import { assertRecordingAllowed } from "../../src/gateway/recording-policy.ts";

describe("assertRecordingAllowed", () => {
  test.each([
    [{}],
    [{ CI: "" }],
    [{ CI: "false" }],
    [{ CI: "0" }],
    [{ CI: "true", HINDSIGHT_RECORD_IN_CI: "1" }],
  ])("allows it with %j", (env) => {
    expect(() => assertRecordingAllowed(env)).not.toThrow();
  });

  test.each([[{ CI: "true" }], [{ CI: "1" }], [{ CI: "true", HINDSIGHT_RECORD_IN_CI: "yes" }]])(
    "refuses it with %j",
    (env) => {
      expect(() => assertRecordingAllowed(env)).toThrow(/RECORD_REFUSED.*HINDSIGHT_RECORD_IN_CI/);
    },
  );
});
