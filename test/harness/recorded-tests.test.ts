import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LlmGateway } from "../../src/gateway/gateway.ts";
import { CassetteUsage } from "../../src/harness/cassette-usage.ts";
import { parsePresetOptions } from "../../src/harness/options.ts";
import { RecordedTests } from "../../src/harness/recorded-tests.ts";
import { RunReport } from "../../src/harness/run-report.ts";
import type { SlotServer } from "../../src/harness/slot-server.ts";

test("a test whose worker goes while its cassette is read does not hold the cassette", async () => {
  const root = await mkdtemp(join(tmpdir(), "recorded-tests-"));
  const gateway = await LlmGateway.start();
  onTestFinished(async () => {
    await gateway.close();
    await rm(root, { recursive: true, force: true });
  });
  const options = parsePresetOptions({ llm: "auto" }, {});
  if (options.kind !== "own") throw new Error("not of an existing server");
  const project = {
    options,
    runner: { root, command: "npx vitest run" },
    gateway,
    usage: new CassetteUsage(root),
  };
  const server = { id: "1", holdWork: async () => {} } as unknown as SlotServer;
  const worker = () => new RecordedTests(project, server, new RunReport());
  const begun = { sandbox: "1", name: "a", file: join(root, "a.test.ts"), llm: { mode: "auto" } } as const;
  const gone = worker();
  const beginning = gone.begin(begun);
  await gone.abandon();
  await expect(beginning).rejects.toThrow("COORDINATOR_GONE");
  const next = worker();
  await next.begin({ ...begun, sandbox: "2" });
  await next.end({ sandbox: "2", passed: false });
});
