import { createInterface } from "node:readline";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import type { DaemonConfig, DaemonReply } from "../../src/daemon-protocol.ts";
import { programPath } from "../../src/package-root.ts";

/** A configuration that every test changes a little. */
export const CONFIG: DaemonConfig = {
  command: "serve",
  host: "127.0.0.1",
  port: 0,
  database: { kind: "embedded" },
  environment: { HINDSIGHT_API_LLM_PROVIDER: "none" },
  attributeLlmCalls: false,
  logLevel: "info",
  testMode: false,
  testClock: null,
  idSeed: null,
  token: "token",
};

/** The built daemon as a process, with what it says on stdout and stderr. Killed when the calling test ends. */
export function spawnDaemon(input: Partial<DaemonConfig> | string, nodeOptions: string[] = []) {
  const subprocess = execa(process.execPath, [...nodeOptions, programPath("daemon")], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    reject: false,
    timeout: 60_000,
  });
  onTestFinished(async () => {
    subprocess.kill("SIGKILL");
    await subprocess;
  });
  subprocess.stdin.on("error", () => {});
  const line = typeof input === "string" ? input : JSON.stringify({ ...CONFIG, ...input });
  subprocess.stdin.write(`${line}\n`);
  const reply = new Promise<DaemonReply>((resolve, reject) => {
    createInterface({ input: subprocess.stdout }).once("line", (text) => resolve(JSON.parse(text)));
    void subprocess.then(() => reject(new Error("The daemon ended without a reply")));
  });
  reply.catch(() => {});
  return { subprocess, reply };
}

/** The reply of a daemon that is expected to be ready. */
export async function started(input: Partial<DaemonConfig>, nodeOptions: string[] = []) {
  const { subprocess, reply } = spawnDaemon(input, nodeOptions);
  const message = await reply;
  if (!("ready" in message)) throw new Error(`Not ready: ${JSON.stringify(message)}`);
  return { subprocess, ready: message.ready };
}

/** The variables of a server whose model is a scripted one, and that does nothing but what it is asked for. */
export function scriptedModel(baseUrl: string): Record<string, string> {
  return {
    HINDSIGHT_API_LLM_PROVIDER: "openai",
    HINDSIGHT_API_LLM_API_KEY: "k",
    HINDSIGHT_API_LLM_BASE_URL: baseUrl,
    HINDSIGHT_API_SKIP_LLM_VERIFICATION: "true",
    HINDSIGHT_API_ENABLE_OBSERVATIONS: "false",
  };
}
