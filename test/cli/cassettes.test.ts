import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Cassette } from "../../src/gateway/cassette/cassette.ts";
import { cassettePath } from "../../src/gateway/cassette/path.ts";
import { saveCassette } from "../../src/gateway/cassette/store.ts";
import { contentHash, writeNotesOf } from "../../src/gateway/cassette/unused-notes.ts";
import type { Json } from "../../src/gateway/json.ts";
import { keyRequest } from "../../src/gateway/key.ts";
import { SecretScanner } from "../../src/gateway/secrets.ts";
import { isGroupRunning } from "../../src/reaper/process-group.ts";
import { CLI } from "../support/project.ts";

const SYSTEM = `You answer from memory.\n${"Cite what you used. ".repeat(20)}`;

class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Folder> {
    const path = await realpath(await mkdtemp(join(tmpdir(), "cassettes-test-")));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    const folder = new Folder(path);
    await mkdir(join(path, "node_modules"));
    return folder;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  async write(name: string, text: string): Promise<string> {
    await mkdir(dirname(this.at(name)), { recursive: true });
    await writeFile(this.at(name), text);
    return this.at(name);
  }

  /** A cassette with a conversation for each question, and a vector. */
  async record(name: string, questions: string[], test = `test of ${name}`): Promise<string> {
    const blocks: Cassette["blocks"] = new Map();
    const request = (scope: string, conversation: Json) =>
      keyRequest(
        {
          provider: "openai",
          path: "/chat/completions",
          model: "scripted",
          scope,
          segments: { system: SYSTEM, tools: null, schema: null, parameters: null, conversation },
        },
        blocks,
      );
    const entries: Cassette["entries"] = questions.map((content) => ({
      request: request("reflect", [{ role: "user", content }]),
      response: { status: 200, body: { content: "In the shed." } },
    }));
    const vector = new Float32Array([0.5, 0.25, 0.125]);
    entries.push({
      request: request("embedding", "shed"),
      response: { status: 200, value: vector, tokens: 1 },
    });
    const path = this.at(`tests/__cassettes__/${name}`);
    await saveCassette(path, { test, entries, blocks }, new SecretScanner({}));
    return path;
  }

  /** The same where a run puts the cassette of a test. */
  recordTest(file: string, test: string, questions = ["Where?"]): Promise<string> {
    return this.record(`${file}/${basename(cassettePath(file, test))}`, questions, test);
  }

  run(args: string[], env: NodeJS.ProcessEnv = {}) {
    return execa(process.execPath, [CLI, "cassettes", ...args], { cwd: this.path, reject: false, env });
  }

  async json(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
    const { stdout, exitCode } = await this.run([...args, "--json"], env);
    return { exitCode, ...(JSON.parse(stdout) as Record<string, unknown>) };
  }

  /** All files, but for what a verification or a run keeps for itself. */
  async files(): Promise<string[]> {
    const all = await readdir(this.path, { recursive: true, withFileTypes: true });
    const files = all.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    return files
      .filter((file) => !file.includes("node_modules"))
      .map((file) => file.slice(this.path.length + 1));
  }
}

describe("list and show", () => {
  test("tell what is recorded, and what cannot be read", async () => {
    const folder = await Folder.make();
    await folder.record("a.test.ts/finds--1.jsonl", ["Where is the ladder?", "And the saw?"]);
    await folder.write("tests/__cassettes__/b.test.ts/broken.jsonl", "not json\n");
    await folder.write("node_modules/x/__cassettes__/x.test.ts/other.jsonl", "not json\n");
    expect(await folder.json(["list"])).toMatchObject({
      exitCode: 1,
      cassettes: [
        {
          path: "tests/__cassettes__/a.test.ts/finds--1.jsonl",
          test: "test of a.test.ts/finds--1.jsonl",
          entries: 3,
          scopes: { reflect: 2, embedding: 1 },
          models: ["scripted"],
          vectors: 1,
          vectorBytes: 12,
        },
        { path: "tests/__cassettes__/b.test.ts/broken.jsonl", error: expect.stringMatching(/Line 1/) },
      ],
    });
    const { stdout, exitCode } = await folder.run(["list", "tests/__cassettes__/a.test.ts"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/entries {2}3: (reflect 2, embedding 1|embedding 1, reflect 2)/);
  });

  test("show resolves what is stored once, and chooses entries", async () => {
    const folder = await Folder.make();
    const path = await folder.record("a.test.ts/finds--1.jsonl", ["Where is the ladder?", "And the saw?"]);
    const { stdout } = await folder.run(["show", path, "--scope", "reflect"]);
    expect(stdout).toContain("entries: 2 of 3 entries");
    expect(stdout).toContain("  You answer from memory.\n  Cite what you used.");
    expect(stdout).toMatch(/content: Where is the ladder\?/);
    expect(stdout).not.toContain("$block");
    const { entries } = await folder.json(["show", path, "--scope", "embedding"]);
    expect(entries).toMatchObject([{ response: { vector: { length: 3, beginning: [0.5, 0.25, 0.125] } } }]);
    expect((await folder.run(["show", path, "--entry", "none"])).exitCode).toBe(1);
  });

  test("a mark of the byte order is no part of a cassette", async () => {
    const folder = await Folder.make();
    const path = await folder.record("a.test.ts/finds--1.jsonl", ["Where is the ladder?"]);
    await writeFile(path, `\uFEFF${await readFile(path, "utf8")}`);
    expect(await folder.json(["list"])).toMatchObject({
      exitCode: 0,
      cassettes: [{ entries: 2, vectors: 1 }],
    });
    expect(await folder.json(["show", path])).toMatchObject({ exitCode: 0, entries: [{}, {}] });
    expect(await folder.json(["scan"])).toMatchObject({ exitCode: 0, cassettes: 1 });
  });

  test("a wrong use is told apart from a finding", async () => {
    const folder = await Folder.make();
    for (const args of [["show"], ["show", "no-such-file"], ["list", "--colour"], ["verify"], ["nonsense"]]) {
      const { exitCode, stderr } = await folder.run(args);
      expect([args, exitCode]).toEqual([args, 2]);
      expect(stderr).not.toBe("");
    }
  });
});

describe("scan", () => {
  test("names file, line, field and kind of a secret, and never shows it", async () => {
    const folder = await Folder.make();
    const key = "sk-ant-abcdefghijklmnop0123456789";
    const own = "correct horse battery";
    await folder.record("a.test.ts/clean--1.jsonl", ["Where?"]);
    await folder.write(
      "tests/__cassettes__/a.test.ts/leaky--2.jsonl",
      `{"cassette":1,"test":"leaky"}\n{"key":"k","request":{"system":["${key}"]},"response":{"body":{"text":"${own}"}}}\nbroken ${key}\n`,
    );
    const { stdout, exitCode } = await folder.run(["scan"], { MY_TOKEN: own });
    expect(exitCode).toBe(1);
    const file = "tests/__cassettes__/a.test.ts/leaky--2.jsonl";
    expect(stdout.split("\n")).toEqual([
      `${file}:2 request.system[0] holds an Anthropic key`,
      `${file}:2 response.body.text holds the value of MY_TOKEN`,
      `${file}:3 the line holds an Anthropic key`,
      expect.stringMatching(/^3 secrets in 1 cassette\./),
    ]);
    expect(await folder.json(["scan", "tests/__cassettes__/a.test.ts/clean--1.jsonl"])).toEqual({
      exitCode: 0,
      cassettes: 1,
      secrets: [],
    });
  });
});

describe("prune", () => {
  test("removes what has no test, what a run found unused, and vectors that nobody names", async () => {
    const folder = await Folder.make();
    await folder.write("tests/here.test.ts", "");
    const gone = await folder.recordTest("gone.test.ts", "a");
    const renamed = await folder.recordTest("here.test.ts", "renamed");
    const recordedAgain = await folder.recordTest("here.test.ts", "again");
    const asksLess = await folder.recordTest("here.test.ts", "less", ["Where?", "When?"]);
    const stray = await folder.write("tests/__cassettes__/here.test.ts/stray.0123456789abcdef.f32", "1234");
    const text = await readFile(asksLess, "utf8");
    const when = /\{"key":"([0-9a-f]{64})"[^\n]*When\?/.exec(text)?.[1] ?? "";
    const note = async (path: string) => contentHash(await readFile(path, "utf8"));
    await writeNotesOf(
      folder.path,
      new Map([
        [renamed, { content: await note(renamed), unused: undefined }],
        [recordedAgain, { content: contentHash("what it was then"), unused: undefined }],
        [asksLess, { content: await note(asksLess), unused: { [when]: [0] } }],
      ]),
    );
    const before = await folder.files();
    const expected = [
      { path: relative(folder.path, gone), reason: "tests/gone.test.ts is gone" },
      { path: relative(folder.path, asksLess), entries: 1 },
      { path: relative(folder.path, renamed) },
      { path: "tests/__cassettes__/here.test.ts/stray.0123456789abcdef.f32" },
    ];
    expect(await folder.json(["prune", "--dry-run"])).toMatchObject({ dryRun: true, removed: expected });
    expect(await folder.files()).toEqual(before);
    expect(await folder.json(["prune"])).toMatchObject({ dryRun: false, removed: expected });
    expect([gone, dirname(gone), renamed, stray].filter(existsSync)).toEqual([]);
    expect(existsSync(recordedAgain)).toBe(true);
    const { entries } = await folder.json(["show", asksLess]);
    expect(JSON.stringify(entries)).not.toContain("When?");
    expect(await folder.json(["list"])).toMatchObject({
      exitCode: 0,
      cassettes: [{ entries: 2 }, { entries: 2 }],
    });
    expect(await folder.json(["prune"])).toMatchObject({ removed: [] });
  });
});

describe("what prune leaves alone", () => {
  test("is what other tests and other tools have in the same folders", async () => {
    const folder = await Folder.make();
    await folder.write("tests/here.test.ts", "");
    const own = await folder.recordTest("here.test.ts", "finds");
    const named = [
      await folder.record("common/one.jsonl", ["Where?", "When?"], "finds"),
      await folder.record("here.test.ts/by-hand.jsonl", ["Where?"], "finds"),
      await folder.record("gone.test.ts/deep/two.jsonl", ["Where?"], "finds"),
    ];
    await folder.write("tests/__cassettes__/vcr/req.jsonl", `{"request":{}}\n`);
    await folder.write("tests/__cassettes__/gone.test.ts/finds--01234567.jsonl", `{"test":"finds"}\n`);
    await folder.write("tests/__cassettes__/here.test.ts/broken.jsonl", "<<<<<<< ours\n");
    for (const name of [
      "here.test.ts/data.f32",
      "here.test.ts/.0123456789abcdef.f32",
      "here.test.ts/broken.0123456789abcdef.f32",
      "vcr/req.0123456789abcdef.f32",
      "common/old.0123456789abcdef.f32",
    ]) {
      await folder.write(`tests/__cassettes__/${name}`, "1234");
    }
    const content = async (path: string) => contentHash(await readFile(path, "utf8"));
    const notes = named.map(
      async (path) => [path, { content: await content(path), unused: undefined }] as const,
    );
    await writeNotesOf(folder.path, new Map(await Promise.all(notes)));
    const before = await folder.files();
    expect(await folder.json(["prune"])).toMatchObject({ exitCode: 0, removed: [] });
    expect(await folder.json(["prune", ...named, own])).toMatchObject({ exitCode: 0, removed: [] });
    expect(await folder.files()).toEqual(before);
  });
});

describe("verify", () => {
  /** A command that records into a cassette, and does what `script` says in a replay. */
  async function verifiable(script: string) {
    const folder = await Folder.make();
    await folder.record("a.test.ts/a--1.jsonl", ["Old?"]);
    await folder.write(
      "tests/__cassettes__/a.test.ts/fresh.txt",
      await readFile(await folder.record("a.test.ts/new--3.jsonl", ["New?"]), "utf8"),
    );
    await rm(folder.at("tests/__cassettes__/a.test.ts/new--3.jsonl"));
    await folder.write(
      "command.mjs",
      `
        import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
        const { HINDSIGHT_LLM: mode, HINDSIGHT_TEST_CLOCK: clock, HINDSIGHT_TEST_ID_SEED: seed } = process.env;
        appendFileSync("passes.log", JSON.stringify({ mode, clock, seed }) + "\\n");
        console.log("output of the command");
        const folder = "tests/__cassettes__/a.test.ts/";
        if (mode === "record") {
          writeFileSync(folder + "new--3.jsonl", readFileSync(folder + "fresh.txt"));
          writeFileSync(folder + "a--1.jsonl", readFileSync(folder + "fresh.txt"));
        }
        ${script}
      `,
    );
    const old = await readFile(folder.at("tests/__cassettes__/a.test.ts/a--1.jsonl"), "utf8");
    const isOld = async () => {
      const cassettes = (await folder.files()).filter((file) => file.endsWith(".jsonl"));
      const text = await readFile(folder.at("tests/__cassettes__/a.test.ts/a--1.jsonl"), "utf8");
      return cassettes.length === 1 && text === old;
    };
    return { folder, isOld, command: ["verify", "--", process.execPath, "command.mjs"] };
  }

  test("keeps what replays twice under other clocks and ids", async () => {
    const { folder, isOld, command } = await verifiable("");
    const { stdout, exitCode } = await folder.run(["verify", "--json", ...command.slice(1)]);
    expect(exitCode, stdout).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: true, cassettes: 2, passes: [{}, {}, {}] });
    expect(await isOld()).toBe(false);
    const log = await readFile(folder.at("passes.log"), "utf8");
    const passes = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(passes.map(({ mode }) => mode)).toEqual(["record", "replay", "replay"]);
    expect(passes.map(({ clock }) => clock)).toEqual([
      undefined,
      "2025-01-12T16:45:30.000Z",
      "2025-01-18T03:05:07.000Z",
    ]);
    expect(new Set(passes.map(({ seed }) => seed)).size).toBe(3);
  });

  test("stays in the month of the recording, as the run tells it or the environment", async () => {
    const { folder, command } = await verifiable(
      `if (mode === "record" && process.env.TELLS) writeFileSync(process.env.HINDSIGHT_TESTKIT_REPORT, JSON.stringify({ clock: process.env.TELLS }));`,
    );
    const clocks = async (env: NodeJS.ProcessEnv) => {
      await rm(folder.at("passes.log"), { force: true });
      expect(await folder.run(command, env)).toMatchObject({ exitCode: 0 });
      const log = (await readFile(folder.at("passes.log"), "utf8")).trim().split("\n");
      return log.slice(1).map((line) => (JSON.parse(line) as { clock: string }).clock);
    };
    expect(await clocks({ TELLS: "2024-02-29T20:00:00.000Z" })).toEqual([
      "2024-02-12T12:45:30.000Z",
      "2024-02-18T23:05:07.000Z",
    ]);
    expect(await clocks({ HINDSIGHT_TEST_CLOCK: "2030-06-20" })).toEqual([
      "2030-06-03T16:45:30.000Z",
      "2030-06-09T03:05:07.000Z",
    ]);
  });

  test("counts what was recorded, and accepts nothing where nothing was", async () => {
    const { folder, isOld, command } = await verifiable(
      `if (mode === "record") writeFileSync("tests/__cassettes__/a.test.ts/foreign.jsonl", "{}\\n");`,
    );
    await folder.write("tests/__cassettes__/vcr/req.jsonl", `{"request":{}}\n`);
    const { stdout } = await folder.run(["verify", "--json", ...command.slice(1)]);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: true, cassettes: 2 });
    const none = await folder.run(["verify", "--json", "--", process.execPath, "-e", "0"]);
    expect(none.exitCode).toBe(1);
    expect(JSON.parse(none.stdout)).toMatchObject({
      accepted: false,
      cassettes: 0,
      reason: "The command recorded nothing: it wrote no cassette.",
      passes: [{ name: "record" }],
    });
    expect(await isOld()).toBe(false);
  });

  test("puts the old ones back when a replay fails, and says which test failed in which", async () => {
    const { folder, isOld, command } = await verifiable(`
      if (seed === "verify-2") {
        const failed = [{ file: process.cwd() + "/tests/a.test.ts", name: "finds", why: "a call had no recorded answer" }];
        writeFileSync(process.env.HINDSIGHT_TESTKIT_REPORT, JSON.stringify({ failed }));
        process.exitCode = 3;
      }
    `);
    const { stdout, exitCode } = await folder.run(command);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "Not accepted: the cassettes are as they were. The command failed in the second replay",
    );
    expect(stdout).toContain("second replay: tests/a.test.ts > finds: a call had no recorded answer");
    expect(await isOld()).toBe(true);
    expect(await readdir(folder.at("node_modules/.cache/hindsight-testkit"))).toEqual([]);
  });

  test("a command that does not exist is a wrong use, and changes nothing", async () => {
    const { folder, isOld } = await verifiable("");
    expect((await folder.run(["verify", "--", "no-such-command"])).exitCode).toBe(2);
    expect(await isOld()).toBe(true);
  });

  const HANGING = `
    if (mode === "replay") {
      writeFileSync("hangs", String(process.pid));
      setInterval(() => {}, 1000);
    }
  `;

  /** Starts a verification, and gives it when its command hangs in the first replay. */
  async function hanging() {
    const made = await verifiable(HANGING);
    const running = made.folder.run(made.command);
    await expect.poll(() => existsSync(made.folder.at("hangs")), { timeout: 20_000 }).toBe(true);
    expect(await made.isOld()).toBe(false);
    return { ...made, running };
  }

  test("an interrupt ends the command, and puts the old ones back", async () => {
    const { running, isOld, folder } = await hanging();
    running.kill("SIGINT");
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(stdout).toContain("It was interrupted in the first replay.");
    expect(await isOld()).toBe(true);
    const pid = Number(await readFile(folder.at("hangs"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test("a second one waits for its turn; what a killed one left is put back by the next command", async () => {
    const { running, isOld, folder, command } = await hanging();
    const second = await folder.run(command);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain("VERIFY_RUNNING");
    await kill(running);
    const orphan = Number(await readFile(folder.at("hangs"), "utf8"));
    const refused = await folder.run(["list"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(
      new RegExp(`VERIFY_RUNNING.*process ${orphan}\\b.*kill -9 -- -${orphan}\\b`),
    );
    expect(await isOld()).toBe(false);
    await endOrphan(orphan);
    const { stderr } = await folder.run(["list"]);
    expect(stderr).toContain("An earlier verification did not come to its end.");
    expect(await isOld()).toBe(true);
    const [kept = ""] = /\/\S*left-by-\d+/.exec(stderr) ?? [];
    expect((await readdir(join(kept, "tests/__cassettes__/a.test.ts"))).sort()).toEqual([
      "a--1.jsonl",
      "new--3.jsonl",
    ]);
  });

  test("where a killed one had recorded nothing, no folder is named", async () => {
    const { folder, running, isOld } = await hanging();
    const cassettes = "tests/__cassettes__/a.test.ts";
    await kill(running);
    await endOrphan(Number(await readFile(folder.at("hangs"), "utf8")));
    const copies = folder.at(`node_modules/.cache/hindsight-testkit/verify/${cassettes}`);
    await writeFile(folder.at(`${cassettes}/a--1.jsonl`), await readFile(join(copies, "a--1.jsonl")));
    await rm(folder.at(`${cassettes}/new--3.jsonl`));
    const { stderr } = await folder.run(["list"]);
    expect(stderr).toMatch(/An earlier verification .* it had recorded nothing\s*$/);
    expect(stderr).not.toContain("left-by");
    expect(await isOld()).toBe(true);
  });

  /** Its command goes on, and so does its output. */
  async function kill(verification: {
    once: ChildProcess["once"];
    kill: ChildProcess["kill"];
  }): Promise<void> {
    const exit = new Promise((resolve) => verification.once("exit", resolve));
    verification.kill("SIGKILL");
    await exit;
  }

  async function endOrphan(pid: number): Promise<void> {
    process.kill(pid, "SIGKILL");
    await expect.poll(() => isGroupRunning(pid)).toBe(false);
  }
});
