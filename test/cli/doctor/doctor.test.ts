import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { CLI } from "../../support/project.ts";

const DOCTOR = [process.execPath, CLI, "doctor"] as const;
const run = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const [node, ...rest] = DOCTOR;
  return execa(node, [...rest, ...args], { env, reject: false });
};

function about(findings: Finding[], check: string): Finding[] {
  return findings.filter((finding) => finding.check === check);
}

describe("doctor", () => {
  test("starts a Postgres and a server, times them, and says that tests can run", async () => {
    const { exitCode, stdout, stderr } = await run(["--json"]);
    expect(exitCode, stdout + stderr).toBe(0);
    const { ok, findings }: { ok: boolean; findings: Finding[] } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(about(findings, "postgres")).toMatchObject([
      {
        status: "ok",
        what: expect.stringContaining("Started in"),
        phases: { "start postgres": expect.any(Number) },
      },
    ]);
    expect(about(findings, "server")).toMatchObject([{ status: "ok" }]);
    expect(stderr).toBe("[hindsight-testkit] Starting a Postgres\n[hindsight-testkit] Starting a server");
    const text = await run([]);
    expect(text.stdout).toMatch(/^ok +node +Node \d+.*\n/);
    expect(text.stdout).toMatch(/\n\nTests can run here\.$/);
  });

  test("names a cache directory that cannot be one, tries nothing that needs it, and makes no other", async () => {
    const home = join(CLI, "cache");
    const { exitCode, stdout } = await run(["--json"], { HINDSIGHT_TESTKIT_HOME: home });
    expect(exitCode).toBe(1);
    const { findings }: { findings: Finding[] } = JSON.parse(stdout);
    expect(about(findings, "cache")).toMatchObject([
      {
        status: "problem",
        code: "CACHE_DIRECTORY_UNUSABLE",
        remedy: expect.stringContaining("HINDSIGHT_TESTKIT_HOME"),
      },
    ]);
    expect(about(findings, "postgres")).toMatchObject([
      { status: "note", what: expect.stringContaining("Not tried") },
    ]);
    expect(existsSync(home)).toBe(false);
  });

  test.runIf(process.platform === "linux")("names a loopback that does not work", async () => {
    const isRoot = process.getuid?.() === 0;
    const { stdout } = await execa(
      "unshare",
      ["--net", ...(isRoot ? [] : ["--map-current-user"]), ...DOCTOR, "--json"],
      {
        reject: false,
      },
    );
    const { ok, findings }: { ok: boolean; findings: Finding[] } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(about(findings, "loopback")).toMatchObject([
      {
        status: "problem",
        what: expect.stringContaining("127.0.0.1 cannot be used"),
        remedy: expect.any(String),
      },
    ]);
  });

  test("a warning is no failure, and secrets are not shown", async () => {
    const { exitCode, stdout } = await run([], {
      HINDSIGHT_TESTKIT_TOKEN: "s3cret-token",
      HINDSIGHT_API_LLM_API_KEY: "s3cret-key",
      HINDSIGHT_TEST_CLOK: "2025-01-01",
    });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/^warning +environment +HINDSIGHT_TEST_CLOK is set, and nothing reads it\n +→ /m);
    expect(stdout).toContain("HINDSIGHT_API_LLM_API_KEY: `serve` and daemons read them");
    expect(stdout).not.toContain("s3cret");
  });
});
