import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { cassettePath } from "../../src/gateway/cassette/path.ts";
import { CassetteUsage } from "../../src/harness/cassette-usage.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cassette-usage-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
});

/** A test file with the cassettes of two tests, one of which has run and is all that is in the file. */
async function halfUsed(spelling = ""): Promise<CassetteUsage> {
  const file = join(root, "a.test.ts");
  await mkdir(dirname(cassettePath(file, "stays")), { recursive: true });
  await writeFile(file, "");
  for (const test of ["stays", "went"]) {
    await writeFile(cassettePath(file, test), `${JSON.stringify({ cassette: 1, test })}\n`);
  }
  const usage = new CassetteUsage(root);
  const spelt = `${root}/${spelling}a.test.ts`;
  usage.begin(cassettePath(spelt, "stays"), spelt, "replay");
  usage.fileEnded(spelt, true, "replay");
  return usage;
}

test("a cassette without a test is told", async () => {
  expect(await (await halfUsed()).end()).toMatch(/cassettes of no test any more: 1\.\n.*went--/);
});

// As on Windows, where runners write paths with slashes.
test("however the runner spells the path of a file", async () => {
  expect(await (await halfUsed("./")).end()).toMatch(/cassettes of no test any more: 1\.\n.*went--/);
});

test("what cannot be kept for later is told all the same", async () => {
  await mkdir(join(root, "node_modules"));
  await writeFile(join(root, "node_modules", ".cache"), "no folder");
  expect(await (await halfUsed()).end()).toMatch(
    /of no test any more: 1\..*could not be kept: (ENOTDIR|EEXIST)/s,
  );
});

test("one that has its name of a test, and may be others' too, is not judged, nor is what is none of ours", async () => {
  const usage = await halfUsed();
  const file = join(root, "a.test.ts");
  const shared = cassettePath(file, "", "../common/one");
  for (const path of [shared, cassettePath(file, "", "by-hand")]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `{"cassette":1,"test":"went"}\n`);
  }
  await writeFile(cassettePath(file, "", "foreign"), "{}\n");
  usage.begin(shared, file, "replay");
  usage.passed(shared, [
    { key: "k", scope: "reflect", model: "m", summary: "one", recorded: 2, asked: 1, places: [1] },
  ]);
  const told = await usage.end();
  expect(told).toMatch(/cassettes of no test any more: 1\.\n.*went--/);
});
