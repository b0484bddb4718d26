import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { prove } from "../../src/server/prove.ts";
import { started } from "../daemon/daemon-fixture.ts";
import { createTestDatabase } from "../support/database.ts";

const BOUND_MS = 10_000;

describe("a daemon", () => {
  test("proves itself by its secret; another one of ours does not", async () => {
    const { ready } = await started({
      database: { kind: "url", url: (await createTestDatabase()).url },
      environment: { HINDSIGHT_API_LLM_PROVIDER: "none", HINDSIGHT_API_BASE_PATH: "/memory" },
      lifetime: { kind: "parent", secret: "its own" },
    });
    await prove(ready.url, "its own", AbortSignal.timeout(BOUND_MS));
    await expect(prove(ready.url, "another's", AbortSignal.timeout(BOUND_MS))).rejects.toMatchObject({
      code: "SERVER_NOT_OURS",
    });
  });
});

test("a stranger that answers everything, and nobody, are not taken for it", async () => {
  const stranger = createServer((request, response) => {
    // It gives back whatever it is told.
    for (const [name, value] of Object.entries(request.headers)) response.setHeader(name, value ?? "");
    response.end('{"status":"alive"}');
  }).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  onTestFinished(() => void stranger.close());
  const { port } = stranger.address() as AddressInfo;
  const proof = (url: string) => prove(url, "secret", AbortSignal.timeout(BOUND_MS));
  await expect(proof(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: "SERVER_NOT_OURS" });
  await expect(proof("http://127.0.0.1:9")).rejects.toMatchObject({ code: "SERVER_NOT_OURS" });
});
