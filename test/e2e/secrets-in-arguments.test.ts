import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { HindsightServer } from "../../dist/index.mjs";
import { temporaryHome } from "../support/postgres.ts";
import { startScriptedOpenAi } from "../support/scripted-openai.ts";

/** All users can read every process's arguments. Processes begin and end without an event for us. */
const LOOK_EVERY_MS = 5;

function argumentsOfAll(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return ""; // it has ended
      }
    });
}

/** Collects the arguments of all processes of the machine while `work` goes on. */
async function argumentsDuring(work: () => Promise<void>): Promise<Set<string>> {
  const seen = new Set<string>();
  let isDone = false;
  const looking = (async () => {
    while (!isDone) {
      for (const line of argumentsOfAll()) seen.add(line);
      await delay(LOOK_EVERY_MS);
    }
  })();
  await work().finally(() => {
    isDone = true;
  });
  await looking;
  return seen;
}

test.skipIf(process.platform !== "linux")(
  "no secret stands in any process's arguments, from the first start on, nor in the log (Linux only)",
  { timeout: 60_000 },
  async () => {
    const home = await temporaryHome();
    const provider = await startScriptedOpenAi(() => ({ json: { facts: [] } }));
    const secrets = ["sk-0123456789abcdef0123456789", "api-key-0123456789", "test-token-0123456789"] as const;
    let log = "";
    const seen = await argumentsDuring(async () => {
      await using server = await HindsightServer.start({
        llmProvider: "openai",
        llmApiKey: secrets[0],
        llmBaseUrl: provider.baseUrl,
        apiKey: secrets[1],
        testMode: true,
        testToken: secrets[2],
        logLevel: "debug",
      });
      await fetch(`${server.url}/v1/default/banks/b/memories`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${secrets[1]}` },
        body: JSON.stringify({ items: [{ content: "Ada sails." }] }),
      });
      log = server.logs(2_000);
    });
    const [cluster = ""] = readdirSync(join(home, "clusters"));
    const { password } = JSON.parse(readFileSync(join(home, "clusters", cluster, "meta.json"), "utf8")) as {
      password: string;
    };
    const all = [...seen].join("\n");
    for (const program of ["daemon.mjs", "reaper.mjs", "initdb", "bin/postgres"])
      expect(all).toContain(program);
    expect(log).toContain("listening");
    for (const secret of [...secrets, password]) {
      expect(all).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
  },
);
