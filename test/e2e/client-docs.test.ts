import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { ROOT } from "../support/project.ts";

/** The examples of the page are one program, from the server's start to its end. */
test("the examples in docs/client.md run as they are, one after the other", async () => {
  const page = readFileSync(join(ROOT, "docs/client.md"), "utf8");
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  expect(blocks.length).toBeGreaterThan(4);
  const built = new URL("../../dist/index.mjs", import.meta.url).href;
  const program = blocks.join("\n").replaceAll('"hindsight-testkit"', JSON.stringify(built));
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", program], { cwd: ROOT });
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(/Alice works at Google/),
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/v1\/default\/banks\/no-such-bank\/config$/),
    "Bank 'no-such-bank' not found",
  ]);
});
