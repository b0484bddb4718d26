import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { OwnCalls, type OwnTest } from "../../src/harness/worker/own-calls/own-calls.ts";

const CHAT = "https://api.openai.com/v1/chat/completions";
const SAID = expect.stringContaining("[hindsight-testkit] The call could not be answered: ");

function post(url: string, signal?: AbortSignal): Request {
  return new Request(url, { method: "POST", body: "{}", ...(signal && { signal }) });
}

/** A test whose gateway is somewhere. */
function testAt(url: string | Error): OwnTest {
  return {
    url: async () => {
      if (url instanceof Error) throw url;
      return url;
    },
    answersOwn: () => true,
    refusedCalls: new Set(),
  };
}

test.each([
  [CHAT, { error: { message: SAID, code: "llm_call_refused" } }],
  [
    "https://api.anthropic.com/v1/messages",
    { type: "error", error: { type: "invalid_request_error", message: SAID } },
  ],
  [
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
    { error: { code: 400, message: SAID } },
  ],
  ["http://localhost:11434/api/chat", { error: SAID }],
])("whatever fails, %s is answered in its API's form, and not asked again", async (url, form) => {
  for (const llm of [undefined, testAt(new Error("The coordinator is gone")), testAt("http://127.0.0.1:1")]) {
    const response = await new OwnCalls({ llm }).answer(post(url));
    expect(response.status).toBe(400);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject(form);
    if (llm) expect([...llm.refusedCalls]).toEqual([expect.stringContaining("could not be answered")]);
  }
});

test("a call that its client gives up is no miss", async () => {
  const gateway = createServer(() => giveUp.abort());
  const giveUp = new AbortController();
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void gateway.close());
  const llm = testAt(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
  const response = await new OwnCalls({ llm }).answer(post(CHAT, giveUp.signal));
  expect(response.status).toBe(400);
  expect([...llm.refusedCalls]).toEqual([]);
});

test("providers of one's own go before the known ones, and by the path where they share an address", () => {
  const calls = new OwnCalls({
    providers: [
      { api: "openai", baseUrl: "http://localhost:4000/v1/" },
      { api: "anthropic", baseUrl: "http://localhost:4000" },
    ],
  });
  expect(calls.claims("http://localhost:4000/v1/messages?beta=true")).toBe(true);
  expect(calls.claims("http://localhost:4001/v1/chat/completions")).toBe(false);
  expect(calls.claims("https://api.openai.com.example.com/v1/chat/completions")).toBe(false);
  expect(calls.claims("https://api.openai.com/anything.json")).toBe(true);
});

test.each([
  [{ scope: "" }, /`scope`/],
  [{ providers: [{ api: "openai" as const, baseUrl: "my.proxy" }] }, /no URL/],
  [{ providers: [{ api: "mistral" as "openai", baseUrl: "https://my.proxy/v1" }] }, /openai, anthropic/],
])("refuses the options %j", (options, message) => {
  expect(() => new OwnCalls(options)).toThrow(message);
});
