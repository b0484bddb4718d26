import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../src/cli/commands.ts";
import { ROOT } from "../support/project.ts";

/** Commands that do something, with the names of those that they are below. */
function leaves(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((each) => leaves(each, [...path, each.name()]));
}

const docs = readFileSync(join(ROOT, "docs/command.md"), "utf8");

describe.each(leaves(buildProgram()).map(({ path, command }) => [path.join(" "), command] as const))(
  "%s",
  (name, command) => {
    test("takes --json, and says what it is for", () => {
      expect(command.options.map(({ long }) => long)).toContain("--json");
      expect(command.description()).toMatch(/^[A-Z].*\.$/);
    });

    test("is in docs/command.md, with its exit codes", () => {
      const [first = "", second] = name.split(" ");
      const overview = docs.slice(0, docs.indexOf("## Output"));
      expect(overview).toMatch(
        new RegExp(second === undefined ? `\`${first}\`` : `\`${first} [^\`]*\\b${second}\\b`),
      );
      const codes = docs.slice(docs.indexOf("## Exit codes"), docs.indexOf("## `doctor`"));
      expect(codes).toMatch(new RegExp(`^\\| \`${first}( ${second ?? ""}| …)?\``, "m"));
    });
  },
);
