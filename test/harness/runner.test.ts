import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { recordCommand, recordFilesCommand } from "../../src/harness/runner.ts";

/** Prints what a shell makes of the command's arguments. */
const command = `${JSON.stringify(process.execPath)} -p "JSON.stringify(process.argv.slice(1))" --`;
const runner = { root: "/app", command };

async function argumentsOf(line: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", line]);
  return JSON.parse(stdout) as string[];
}

describe.skipIf(process.platform === "win32")("a command that is pasted into a shell", () => {
  test.each(["remembers", "costs $HOME `echo 5`", 'says "no"', "it's", "a\\b (c)"])(
    "records the test %j",
    async (name) => {
      const file = join(runner.root, "my tests", "a.test.ts");
      const [shown, , pattern = ""] = await argumentsOf(
        recordCommand(runner, { sandbox: "1", name, file, llm: {} }),
      );
      expect(shown).toBe(join("my tests", "a.test.ts"));
      expect(new RegExp(`^${pattern}$`).test(name)).toBe(true);
    },
  );

  test("records files", async () => {
    const line = recordFilesCommand(runner, ["/app/a b.test.ts", "/app/$x.test.ts"]);
    expect(await argumentsOf(line)).toEqual(["a b.test.ts", "$x.test.ts"]);
  });
});
