import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { signQuestion } from "../../../src/daemon-signature.ts";
import { ensureDaemon } from "../../../src/embedded/daemon/ensure-daemon.ts";
import { daemonStatus } from "../../../src/embedded/daemon/status.ts";
import { stopDaemon } from "../../../src/embedded/daemon/stop-daemon.ts";
import { profileFiles } from "../../../src/embedded/profiles/profile.ts";
import { isAlive } from "../../support/processes.ts";
import { CLI, UNPLUGGED } from "../../support/project.ts";
import { readDaemon, useOwnHome } from "./home.ts";

const TIMEOUT = { timeout: 60_000 };
const store = await useOwnHome(
  "recycled",
  "port",
  "other",
  "original",
  "copy",
  "asked",
  "unstartable",
  "shared",
);

/** A process that is nobody's business. */
function stranger(): number {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (child.pid === undefined) throw new Error("No stranger");
  return child.pid;
}

test("a record whose process id belongs to a stranger by now is of no daemon", TIMEOUT, async () => {
  const profile = await store.ensure("recycled");
  const { record } = await ensureDaemon(profile);
  await stopDaemon(profile);
  const pid = stranger();
  const files = profileFiles(profile.directory);
  // As it was left by a daemon that was killed, and whose ids, and its Postgres's, others have now.
  await writeFile(files.daemon, JSON.stringify({ ...record, pid }));
  const noted = JSON.parse(await readFile(`${files.data}/postgres.json`, "utf8"));
  await writeFile(
    `${files.data}/postgres.json`,
    JSON.stringify({ ...noted, owner: { ...noted.owner, pid }, process: { ...noted.process, pid } }),
  );
  await writeFile(`${files.data}/pg/postmaster.pid`, `${pid}\n${files.data}/pg\n1\n0\n\n127.0.0.1\n`);
  expect(await daemonStatus(profile)).toEqual({ state: "none" });
  expect(await stopDaemon(profile)).toBe(false);
  const again = await ensureDaemon(profile);
  expect(again.started).toBe(true);
  expect(isAlive(pid)).toBe(true);
});

test("who listens on the port without a proof is neither used nor ended", TIMEOUT, async () => {
  const profile = await store.ensure("port");
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    response.end(
      JSON.stringify({ status: "healthy", database: "connected", state: "ready", signature: "x" }),
    );
  });
  onTestFinished(() => void server.close());
  await once(server.listen(profile.port, "127.0.0.1"), "listening");
  await expect(ensureDaemon(profile)).rejects.toMatchObject({ code: "PROFILE_PORT_TAKEN" });
  // Also where a record, of a process that is there, leads to it: its secret is not told.
  const other = await store.ensure("other");
  const { record } = await ensureDaemon(other);
  const { directory } = profile;
  const file = profileFiles(directory).daemon;
  await writeFile(file, JSON.stringify({ ...record, directory, url: `http://127.0.0.1:${profile.port}` }));
  expect((await daemonStatus(profile)).state).not.toBe("ready");
  expect(asked).toEqual(["/testkit/v1/daemon"]);
  expect(server.listening).toBe(true);
  // Another profile's daemon, though it knows the secret, is none of this one.
  await writeFile(file, JSON.stringify({ ...record, directory }));
  expect((await daemonStatus(profile)).state).not.toBe("ready");
  await rm(file);
  expect((await daemonStatus(other)).state).toBe("ready");
});

test("a copy of a profile, made while its daemon runs, is a profile of its own", TIMEOUT, async () => {
  const original = await store.ensure("original");
  const { record } = await ensureDaemon(original);
  const { directory, port } = await store.get("copy");
  await execa("cp", ["-a", `${original.directory}/.`, directory]);
  const copy = { ...original, name: "copy", directory, port };
  expect(await daemonStatus(copy)).toEqual({ state: "none" });
  expect(await stopDaemon(copy)).toBe(false);
  expect((await daemonStatus(original)).state).toBe("ready");
  expect(isAlive(record.pid)).toBe(true);
});

test("a daemon tells nothing of itself to who cannot prove that he may ask", TIMEOUT, async () => {
  const { record } = await ensureDaemon(await store.ensure("asked"));
  const url = `${record.url}/testkit/v1/daemon`;
  const question = { action: "stop", wait: false, challenge: "c" } as const;
  const signature = signQuestion(record.secret, question);
  const post = async (body: unknown, headers = {}) =>
    (await fetch(url, { method: "POST", body: JSON.stringify(body), headers })).status;
  expect(await post(question)).toBe(403);
  expect(await post({ ...question, signature: "0".repeat(64) })).toBe(403);
  expect(await post({ ...question, signature: signQuestion("another", question) })).toBe(403);
  // Of another action, or of a web page.
  expect(await post({ ...question, action: "use", signature })).toBe(403);
  expect(await post({ ...question, signature }, { origin: "https://example.com" })).toBe(403);
  expect((await fetch(url)).status).toBe(403);
  const use = {
    ...question,
    action: "use",
    signature: signQuestion(record.secret, { ...question, action: "use" }),
  };
  // Of which nobody can say how long it will be.
  const body = new Blob([JSON.stringify(use)]).stream();
  expect((await fetch(url, { method: "POST", body, duplex: "half" } as RequestInit)).status).toBe(403);
  expect(await post(use)).toBe(200);
  expect(isAlive(record.pid)).toBe(true);
});

test("what keeps a daemon from starting is told with its code, and leaves nothing", TIMEOUT, async () => {
  const profile = await store.ensure("unstartable", { HINDSIGHT_API_LLM_PROVIDER: "openai" });
  await expect(ensureDaemon(profile)).rejects.toMatchObject({
    code: "LLM_KEY_MISSING",
    log: expect.stringContaining("error"),
  });
  await store.setEnv("unstartable", "HINDSIGHT_API_LLM_PROVIDER", "offline");
  const { record } = await ensureDaemon(await store.get("unstartable"));
  await stopDaemon(profile);
  await writeFile(`${profileFiles(profile.directory).data}/pg/PG_VERSION`, "12\n");
  await expect(ensureDaemon(await store.get("unstartable"))).rejects.toMatchObject({
    code: "DATA_DIRECTORY_VERSION",
    what: expect.stringContaining("Postgres 12"),
  });
  expect(isAlive(record.pid)).toBe(false);
  await expect(readDaemon(store, "unstartable")).rejects.toThrow();
});

test.runIf(process.platform === "linux")(
  "a profile that a container shares has one daemon: theirs, until nothing is heard of it",
  TIMEOUT,
  async () => {
    const profile = await store.ensure("shared");
    const { data } = profileFiles(profile.directory);
    const isolated = ["--pid", "--fork", "--mount-proc", ...UNPLUGGED];
    const startThere = () =>
      execa("unshare", [...isolated, process.execPath, CLI, "daemon", "start", "-p", "shared", "--json"], {
        reject: false,
      });
    // There, all that it started is killed with the command's end.
    expect((await startThere()).exitCode).toBe(0);
    expect(existsSync(`${data}/pg/postmaster.pid`)).toBe(true);
    const ago = new Date(Date.now() - 60_000);
    await utimes(`${data}/postgres.json`, ago, ago);
    const { started, record } = await ensureDaemon(profile);
    expect(started).toBe(true);
    const { exitCode, stdout } = await startThere();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("DATA_DIRECTORY_IN_USE");
    expect(stdout).toContain("another container");
    expect((await ensureDaemon(profile)).record).toEqual(record);
  },
);
