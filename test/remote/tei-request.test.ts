import { describe, expect, test } from "vitest";
import { requestTei } from "../../src/remote/tei-request.ts";
import { type ServiceAnswer, startScriptedService } from "../support/scripted-service.ts";

const POLICY = { retries: 3, initialBackoffMs: 1, maxBackoffMs: 4, jitter: 0 };

async function request(...answers: ServiceAnswer[]) {
  const service = await startScriptedService((_, count) => answers[count - 1] ?? { body: "done" });
  const answer = requestTei({ url: service.url, body: {}, timeoutMs: 100 }, POLICY);
  return { service, answer };
}

describe("a server of Text Embeddings Inference", () => {
  test.each<[string, ServiceAnswer]>([
    ["is busy", { status: 429, headers: { "retry-after": "0.001" }, body: {} }],
    ["has a fault", { status: 503, body: {} }],
    ["breaks the connection in the middle", { breaks: true }],
    ["does not answer in time", { hangs: true }],
  ])("that %s is asked again", async (_name, fault) => {
    const { service, answer } = await request(fault, fault, { body: { a: 1 } });
    expect(await answer).toEqual({ a: 1 });
    expect(service.requests).toHaveLength(3);
  });

  test("is asked four times at most", async () => {
    const { service, answer } = await request(
      ...Array.from({ length: 9 }, () => ({ status: 500, body: {} })),
    );
    await expect(answer).rejects.toMatchObject({ status: 500 });
    expect(service.requests).toHaveLength(4);
  });

  test.each<[string, ServiceAnswer]>([
    ["status 413", { status: 413, body: {} }],
    ["an answer that is no JSON", { body: "<html>" }],
  ])("%s is final", async (_name, fault) => {
    const { service, answer } = await request(fault);
    await expect(answer).rejects.toThrow();
    expect(service.requests).toHaveLength(1);
  });
});
