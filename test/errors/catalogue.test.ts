import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "../../src/errors/catalogue.ts";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import { ROOT } from "../support/project.ts";

describe("the catalogue of errors", () => {
  const docs = readFileSync(join(ROOT, "docs/errors.md"), "utf8");

  test.each(Object.keys(CATALOGUE))("%s has a section in docs/errors.md", (code) => {
    expect(docs).toMatch(new RegExp(`^## ${code}$`, "m"));
  });

  test("docs/errors.md has no section for a code that is gone", () => {
    const documented = [...docs.matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(documented.sort()).toEqual(Object.keys(CATALOGUE).sort());
  });
});

describe("TestkitError", () => {
  const error = new TestkitError("SERVER_PORT_TAKEN", {
    what: "Port 4321 is taken.",
    log: "line 1\nline 2\n",
  });

  test("says what happened, why, what to do, where that is documented, and the end of the log", () => {
    expect(error.message).toBe(
      [
        "[hindsight-testkit SERVER_PORT_TAKEN] Port 4321 is taken.",
        "  Why: Another process listens on this port.",
        "  What to do: Choose another port, or 0 for a free one.",
        "  More: https://github.com/hindsight-testkit/hindsight-testkit/blob/main/docs/errors.md#server_port_taken",
        "  The end of its log:",
        "    line 1",
        "    line 2",
      ].join("\n"),
    );
  });

  test("is known across realms, by its code", () => {
    const is = runInNewContext("(is, error) => is(error, 'SERVER_PORT_TAKEN')") as (
      is: typeof TestkitError.is,
      error: unknown,
    ) => boolean;
    expect(is(TestkitError.is, error)).toBe(true);
    expect(TestkitError.is(error, "INVALID_OPTION")).toBe(false);
    expect(TestkitError.is(new Error("another"))).toBe(false);
    expect(TestkitError.is(null)).toBe(false);
  });
});
