import { spawn } from "node:child_process";
import { once } from "node:events";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import { CLI } from "../support/project.ts";

const run = (...args: string[]) => execa(process.execPath, [CLI, ...args], { reject: false });

describe("a wrong use", () => {
  test.each([
    [["nonsense"], "unknown command 'nonsense'", "hindsight-testkit --help"],
    [["serve", "--prot", "1"], "Did you mean --port?", "hindsight-testkit serve --help"],
    [["serve", "--port", "99999"], "from 0 to 65535", "hindsight-testkit serve --help"],
    [["serve", "--log-level", "loud"], "Allowed choices", "hindsight-testkit serve --help"],
    [["serve", "extra"], "too many arguments", "hindsight-testkit serve --help"],
    [["cassettes", "lst"], "Did you mean list?", "hindsight-testkit cassettes --help"],
    [["cassettes", "show"], "missing required argument", "hindsight-testkit cassettes show --help"],
  ])("%j is told with a hint, and has exit code 2", async (args, what, hint) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(stderr).toContain(what);
    expect(stderr).toContain(`Run \`${hint}\``);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  test("a command that is missing is one, and the help says which there are", async () => {
    for (const args of [[], ["cassettes"]]) {
      const { exitCode, stderr } = await run(...args);
      expect(exitCode).toBe(2);
      expect(stderr).toContain("Commands:");
    }
  });

  test("is one document of JSON with --json, and nothing beside it", async () => {
    const { exitCode, stdout, stderr } = await run("serve", "--prot", "1", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    const { error } = JSON.parse(stdout);
    expect(error).toEqual({
      code: "WRONG_USE",
      what: expect.stringContaining("unknown option '--prot'"),
      why: expect.any(String),
      remedy: expect.stringContaining("--help"),
      docs: expect.stringMatching(/errors\.md#wrong_use$/),
    });
  });

  test("a database's password is not repeated", async () => {
    for (const args of [[], ["--json"]]) {
      const { exitCode, all } = await execa(
        process.execPath,
        [CLI, "serve", "--database", "mysql://me:s3cret@host/db", ...args],
        { reject: false, all: true },
      );
      expect(exitCode).toBe(2);
      expect(all).toContain("postgres://");
      expect(all).not.toContain("s3cret");
    }
  });
});

test("errors of the catalogue are told with their code, why and remedy", async () => {
  const { exitCode, stdout, stderr } = await run("cassettes", "list", "/no/such/path", "--json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
  expect(JSON.parse(stdout).error).toMatchObject({
    code: "INVALID_OPTION",
    what: expect.stringContaining("/no/such/path cannot be read"),
    why: expect.any(String),
    remedy: expect.any(String),
  });
});

test("--json after -- is the other command's own", async () => {
  const { stdout, exitCode } = await run("cassettes", "verify", "--", "/no/such/command", "--json");
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
});

test("serve tells a wrong variable as upstream's command does: exit code 1", async () => {
  const { exitCode, stdout } = await execa(process.execPath, [CLI, "serve", "--json"], {
    env: { HINDSIGHT_API_PORT: "many" },
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: "INVALID_OPTION",
    what: expect.stringContaining("HINDSIGHT_API_PORT"),
  });
});

test("help and version are no failures", async () => {
  expect(await run("--help")).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await run("serve", "--help")).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await run("--version")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\./) });
});

test("a reader that has read enough ends the command without a word", async () => {
  const command = spawn(process.execPath, [CLI, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  command.stdout.destroy();
  let stderr = "";
  command.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(command, "close");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

test("the exit code tells what the server needs from what is wrong with it", () => {
  const of = (code: ConstructorParameters<typeof TestkitError>[0]) =>
    exitCodeOf(new TestkitError(code, { what: "." }));
  expect(of("POSTGRES_CONNECT_FAILED")).toBe(3);
  expect(of("SERVICE_UNREACHABLE")).toBe(3);
  expect(of("INVALID_OPTION")).toBe(2);
  expect(of("LLM_KEY_MISSING")).toBe(1);
  expect(exitCodeOf(new Error("x"))).toBe(1);
});
