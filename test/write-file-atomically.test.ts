import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { writeFileAtomically } from "../src/write-file-atomically.ts";

const SOURCE = new URL("../src/write-file-atomically.ts", import.meta.url);
const SIZE = 8_000_000;
const KILLS = 5;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "write-file-atomically-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

describe("writeFileAtomically", () => {
  test("makes the directories, replaces the file and leaves nothing else", async () => {
    const path = join(directory, "a", "b", "file");
    await writeFileAtomically(path, "old");
    await writeFileAtomically(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(join(directory, "a", "b"))).toEqual(["file"]);
  });

  test("a write that fails leaves the old file and nothing else", async () => {
    const path = join(directory, "file");
    await mkdir(path);
    await writeFile(join(path, "old"), "");
    await expect(writeFileAtomically(path, "new")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await readdir(directory)).toEqual(["file"]);
    expect(await readdir(path)).toEqual(["old"]);
  });

  test("two writes at once leave one of the two, whole, and nothing else", async () => {
    const path = join(directory, "file");
    await Promise.all(["a", "b"].map((letter) => writeFileAtomically(path, letter.repeat(SIZE))));
    const text = await readFile(path, "utf8");
    expect(text.length).toBe(SIZE);
    expect(new Set(text).size).toBe(1);
    expect(await readdir(directory)).toEqual(["file"]);
  });

  test("a process that is killed while it writes leaves a whole file", async () => {
    const path = join(directory, "file");
    const program = await writerProgram();
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = spawn(process.execPath, [program, path, String(SIZE)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(writer, "exit");
      await once(createInterface(writer.stdout), "line");
      // At another point of a write each time.
      for (let turn = 0; turn < kill * 40; turn++) await new Promise(setImmediate);
      writer.kill("SIGKILL");
      await exited;
      const text = await readFile(path, "utf8");
      expect(text.length).toBe(SIZE);
      expect(new Set(text).size).toBe(1);
    }
  });
});

/** A program that writes one large file again and again, and says so when it was written once. */
async function writerProgram(): Promise<string> {
  const { outputText } = ts.transpileModule(await readFile(SOURCE, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  const module = join(directory, "write-file-atomically.mjs");
  await writeFile(module, outputText);
  const program = join(directory, "program.mjs");
  await writeFile(
    program,
    `import { writeFileAtomically } from ${JSON.stringify(pathToFileURL(module).href)};
     const [, , path, size] = process.argv;
     for (let n = 0; ; n++) {
       await writeFileAtomically(path, String(n % 10).repeat(Number(size)));
       if (n === 0) console.log("written");
     }`,
  );
  return program;
}
