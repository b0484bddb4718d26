import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { checkContainers } from "../../../src/cli/doctor/checks/containers.ts";
import { checkEnvironment } from "../../../src/cli/doctor/checks/environment.ts";
import { checkLeftovers } from "../../../src/cli/doctor/checks/leftovers.ts";
import { checkPeers } from "../../../src/cli/doctor/checks/peers.ts";
import { checkInstallation } from "../../../src/cli/doctor/checks/postgres.ts";
import { checkProfiles } from "../../../src/cli/doctor/checks/profiles.ts";
import { OwnedDirectory } from "../../../src/home/owned-directory.ts";
import { ourselves } from "../../../src/home/owner.ts";
import { findBinaries } from "../../../src/postgres/platform.ts";
import { DIRECTORY_MARKER } from "../../../src/reaper/reap.ts";
import { temporaryDirectory } from "../../support/postgres.ts";

describe("peers", () => {
  async function projectWith(manifests: Record<string, object>): Promise<string> {
    const project = await temporaryDirectory();
    for (const [name, manifest] of Object.entries(manifests)) {
      await mkdir(join(project, "node_modules", name), { recursive: true });
      await writeFile(join(project, "node_modules", name, "package.json"), JSON.stringify(manifest));
    }
    // Below the project, as where a workspace's package runs it.
    await mkdir(join(project, "packages/agent"), { recursive: true });
    return join(project, "packages/agent");
  }

  test("fit, are too old, or want another Node", async () => {
    const directory = await projectWith({
      vitest: { version: "4.1.0", engines: { node: "^20.0.0 || >=22.0.0" } },
      jest: { version: "28.1.3" },
      msw: { version: "3.0.0", engines: { node: ">=99" } },
    });
    const found = checkPeers(directory);
    expect(found).toHaveLength(3);
    expect(found).toContainEqual({ check: "peers", status: "ok", what: "vitest 4.1.0" });
    expect(found).toContainEqual({
      check: "peers",
      status: "warning",
      what: expect.stringMatching(/^jest 28\.1\.3 is not among the versions/),
      remedy: expect.stringContaining("^29.7.0"),
    });
    expect(found).toContainEqual({
      check: "peers",
      status: "warning",
      what: `msw 3.0.0 wants Node >=99, and this is ${process.versions.node}`,
      remedy: expect.any(String),
    });
  });

  test("none is no fault; another version of this package is told", async () => {
    expect(checkPeers(await projectWith({}))).toMatchObject([{ status: "note" }]);
    expect(checkPeers(await projectWith({ "hindsight-testkit": { version: "0.0.1" } }))).toMatchObject([
      { status: "warning", what: expect.stringContaining("The project has hindsight-testkit 0.0.1") },
    ]);
  });
});

describe("environment", () => {
  test("nothing set is fine", () => {
    expect(checkEnvironment({ PATH: "/bin" })).toMatchObject([{ status: "ok" }]);
  });

  test.each([
    [{ HINDSIGHT_LLM: "replya" }, "warning", /must be one of/],
    [{ HINDSIGHT_LLM: "record", CI: "true" }, "warning", /not recorded in CI/],
    [{ HINDSIGHT_LLM: "replay" }, "note", /goes before/],
    [{ HINDSIGHT_TEST_CLOCK: "yesterday" }, "warning", /must be ISO 8601/],
    [{ HINDSIGHT_TEST_CLOCK: "2025-03-01" }, "note", /begins at 2025-03-01/],
    [{ HINDSIGHT_TESTKIT_HOME: "cache" }, "warning", /another directory for every working directory/],
    [{ HINDSIGHT_TESTKIT_HME: "/cache" }, "warning", /nothing reads it/],
    [{ CI: "1" }, "note", /recording is refused/],
    [{ HTTP_PROXY: "http://proxy", NODE_USE_ENV_PROXY: "1" }, "warning", /those to servers on loopback/],
  ])("%j: %s", (env, status, what) => {
    expect(checkEnvironment(env)).toContainEqual(
      expect.objectContaining({ status, what: expect.stringMatching(what) }),
    );
  });

  test("a proxy that spares loopback, or that Node does not use, is none of our business", () => {
    const env = { HTTP_PROXY: "http://proxy", NODE_USE_ENV_PROXY: "1" };
    expect(checkEnvironment({ ...env, NO_PROXY: "example.com, 127.0.0.1" })).toMatchObject([
      { status: "ok" },
    ]);
    expect(checkEnvironment({ HTTP_PROXY: "http://proxy" })).toMatchObject([{ status: "ok" }]);
  });
});

describe("containers", () => {
  /** Something that listens where an engine would. */
  async function listening(answer: string): Promise<string> {
    const path = join(await temporaryDirectory(), "docker.sock");
    const server = createServer((_, response) => response.end(answer));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    return `unix://${path}`;
  }

  test.each([
    ["an engine", () => listening('{"Version":"27.1"}'), "ok", /Docker Engine 27\.1 answers/],
    ["something else", () => listening("<html>"), "note", /not as an engine does/],
    ["nobody", async () => "unix:///no/such.sock", "note", /ENOENT/],
    ["what needs SSH", async () => "ssh://me@host", "note", /cannot be told/],
  ])("%s at DOCKER_HOST", async (_, place, status, what) => {
    vi.stubEnv("DOCKER_HOST", await place());
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await checkContainers()).toMatchObject([{ status, what: expect.stringMatching(what) }]);
  });
});

describe("installation", () => {
  test("binaries that this system cannot run are a problem, with what it says and the ways out", async () => {
    const env = { HINDSIGHT_TESTKIT_HOME: await temporaryDirectory() };
    const { native } = findBinaries();
    expect(await checkInstallation(env)).toMatchObject([
      { status: "ok", what: expect.stringContaining("has been made") },
    ]);
    const [name = ""] = await readdir(join(env.HINDSIGHT_TESTKIT_HOME, "postgres"));
    const program = join(env.HINDSIGHT_TESTKIT_HOME, "postgres", name, "bin/postgres");
    // As large as the real one, so that the copy counts as whole.
    await writeFile(program, Buffer.alloc((await stat(join(native, "bin/postgres"))).size));
    expect(await checkInstallation(env)).toMatchObject([
      {
        status: "problem",
        what: expect.stringMatching(/do not run on this system: ./),
        remedy: expect.stringContaining("postgres://"),
      },
    ]);
  });
});

describe("leftovers", () => {
  test("are told with their size and what removes them; what is in use is none", async () => {
    const home = await temporaryDirectory();
    const env = { HINDSIGHT_TESTKIT_HOME: home };
    await mkdir(join(home, "runs"));
    await OwnedDirectory.create(join(home, "runs"));
    const inHome = async () => (await checkLeftovers(env)).filter(({ what }) => what.includes(home));
    expect(await inHome()).toEqual([]);
    const { path } = await OwnedDirectory.create(join(home, "runs"));
    const gone = { ...(await ourselves()), startTime: "1" };
    await writeFile(join(path, DIRECTORY_MARKER), JSON.stringify({ owner: gone }));
    expect(await inHome()).toMatchObject([
      { status: "warning", what: expect.stringContaining(path), remedy: expect.stringContaining("clean") },
    ]);
  });
});

describe("profiles", () => {
  test("one that cannot be used is told, with the others", async () => {
    const home = await temporaryDirectory();
    for (const [name, text] of [
      ["good", ""],
      ["bad", "HINDSIGHT_API_PORT=many\n"],
    ] as const) {
      await mkdir(join(home, "profiles", name), { recursive: true });
      await writeFile(join(home, "profiles", name, "profile.env"), text);
    }
    expect(await checkProfiles({ HINDSIGHT_TESTKIT_HOME: home })).toMatchObject([
      { status: "ok", what: `2 profiles in ${home}` },
      { status: "warning", what: expect.stringContaining("bad cannot be used") },
    ]);
  });

  test("a port that another program has is told with the profile's name", async () => {
    const home = await temporaryDirectory();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await mkdir(join(home, "profiles/mine"), { recursive: true });
    await writeFile(join(home, "profiles/mine/profile.env"), `HINDSIGHT_API_PORT=${port}\n`);
    expect(await checkProfiles({ HINDSIGHT_TESTKIT_HOME: home })).toMatchObject([
      { status: "ok", what: `1 profile in ${home}` },
      {
        status: "warning",
        what: `Port ${port} of mine is taken by another program: its daemon cannot start`,
        remedy: expect.stringContaining("profile set-env mine HINDSIGHT_API_PORT"),
      },
    ]);
  });

  test("a place that cannot be one is a warning: test runs do not need it", async () => {
    expect(await checkProfiles({ HINDSIGHT_TESTKIT_HOME: "/dev/null/home" })).toMatchObject([
      { status: "warning", what: expect.stringContaining("/dev/null/home") },
    ]);
  });
});
