import { mkdir, writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../../src/daemon-protocol.ts";
import { TestkitError } from "../../../src/errors/testkit-error.ts";
import { chat, startGateway } from "../gateway-fixture.ts";

/** Looks like a key, and is none. */
const KEY = "sk-proj-0123456789abcdefghijklmn";

test("what cannot be written says so, and is no half file", async () => {
  const f = await startGateway();
  await f.begin("record");
  await f.ask(chat("Who?"));
  // In the place of the folder.
  await writeFile(`${f.directory}/__cassettes__`, "");
  await expect(f.end()).rejects.toThrow(/CASSETTE_UNWRITABLE.*test\.jsonl could not be written/);
});

describe("secrets", () => {
  test("one in a prompt refuses the write, and leaves the old file", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    const before = await f.read();
    await f.begin("record");
    await f.ask(chat(`My key is ${KEY}.`));
    const error = await f.end().catch((cause: unknown) => cause);
    expect(TestkitError.is(error, "CASSETTE_SECRET")).toBe(true);
    expect(String(error)).toMatch(
      /test\.jsonl was not written: entry [0-9a-f]{8}\.request\.conversation\[0\]\.content holds an OpenAI key\./,
    );
    expect(String(error)).not.toContain(KEY);
    expect(await f.read()).toBe(before);
  });

  test("the provider's key, whatever it looks like, in an answer", async () => {
    const f = await startGateway({
      apiKey: "swordfish-of-the-seas",
      script: () => ({ content: "It is swordfish-of-the-seas." }),
    });
    await f.begin("record");
    await f.ask(chat("What is the password?"));
    await expect(f.end()).rejects.toThrow(
      /CASSETTE_SECRET.*response\.body\.choices\[0\]\.message\.content holds the provider's key/,
    );
  });

  test("one in a streamed answer, which hands it out in pieces", async () => {
    const pieces = ["Use ", KEY.slice(0, 5), KEY.slice(5, 20), KEY.slice(20), "."];
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const stream = [...pieces.map((content) => chunk({ content })), chunk({}, "stop"), "data: [DONE]\n\n"];
    const f = await startGateway({ script: () => ({ stream }) });
    await f.begin("record");
    const body = JSON.stringify(chat("What is the key?", { stream: true }));
    const headers = { [ATTRIBUTION_HEADERS.sandbox]: "test" };
    await (
      await fetch(`${f.gateway.baseUrl("1")}/chat/completions`, { method: "POST", body, headers })
    ).text();
    await expect(f.end()).rejects.toThrow(
      /CASSETTE_SECRET.*response\.events\[\]\.data\.choices\[0\]\.delta\.content holds an OpenAI key/,
    );
  });

  test("the value of a variable that is named like a secret, in a tool's result", async () => {
    vi.stubEnv("MY_SERVICE_TOKEN", "correct horse battery");
    try {
      const f = await startGateway();
      await f.begin("record");
      const result = { role: "tool", tool_call_id: "1", content: '{"token": "correct horse battery"}' };
      await f.ask({ model: "m", messages: [{ role: "user", content: "x".repeat(300) }, result] });
      await expect(f.end()).rejects.toThrow(
        /conversation\[1\]\.content\.json\.token holds the value of MY_SERVICE_TOKEN/,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("a cassette that cannot be read", () => {
  /** Records two entries with a shared block, lets `edit` change the lines, and begins a replay. */
  async function edited(edit: (lines: string[]) => string[]) {
    const f = await startGateway();
    await f.record("test", async () => {
      await f.ask(chat("One?", { response_format: { type: "json_schema", note: "x".repeat(300) } }));
      await f.ask(chat("Two?", { response_format: { type: "json_schema", note: "x".repeat(300) } }));
    });
    const lines = (await f.read()).trimEnd().split("\n");
    await writeFile(f.path(), edit(lines).join("\n"));
    return f;
  }
  const replace = (line: number, text: string | RegExp, by: string) => (lines: string[]) =>
    lines.map((old, index) => (index === line - 1 ? old.replace(text, by) : old));

  test.each([
    ["is empty", () => [], /Line 1 of .*test\.jsonl should be the header/],
    ["has no header", (lines: string[]) => lines.slice(1), /Line 1 of .* is no cassette's header/],
    ["is of a newer format", replace(1, '"cassette":1', '"cassette":2'), /Line 1 of .* names format 2/],
    [
      "has a merge conflict",
      (lines: string[]) => lines.toSpliced(2, 0, "<<<<<<< HEAD"),
      /Line 3 of .* is not a JSON object/,
    ],
    [
      "is cut off",
      (lines: string[]) => [...lines.slice(0, -1), lines.at(-1)?.slice(0, 90) ?? ""],
      /Line 4 of .* is not a JSON object/,
    ],
    [
      "lacks a block",
      (lines: string[]) => lines.toSpliced(1, 1),
      /Line 2 of .* refers to block [0-9a-f]{32}, which/,
    ],
    ["has an edited block", replace(2, "xxx", "yyy"), /Line 2 of .* has a hash that is not its value's/],
    ["has an edited request", replace(3, "scripted-model", "other"), /Line 3 of .*/],
    [
      "has an entry without a response",
      replace(4, '"response":', '"answer":'),
      /Line 4 of .* has no `response`/,
    ],
    [
      "has an entry without a request",
      replace(4, '"request":', '"question":'),
      /Line 4 of .* has no `request`/,
    ],
    ["has an entry without a scope", replace(4, '"scope":', '"for":'), /Line 4 of .* has no `scope`/],
  ])("it %s", async (_name, edit, message) => {
    const f = await edited(edit);
    const error = await f.begin("replay").catch((cause: unknown) => cause);
    expect(TestkitError.is(error, "CASSETTE_INVALID")).toBe(true);
    expect(String(error)).toMatch(message);
  });

  test("it is a directory", async () => {
    const f = await startGateway();
    await mkdir(f.path(), { recursive: true });
    await expect(f.begin("replay")).rejects.toThrow(/CASSETTE_INVALID.*test\.jsonl: EISDIR/);
  });

  test("line ends of another system are no error", async () => {
    const f = await edited((lines) => lines.map((line) => `${line}\r`));
    await f.begin("replay");
    await f.end();
  });

  test("another spelling of the same JSON is none", async () => {
    const f = await edited((lines) =>
      lines.map((line) => JSON.stringify(JSON.parse(line), null, 1).replaceAll("\n", "")),
    );
    await f.begin("replay");
    const request = chat("One?", { response_format: { type: "json_schema", note: "x".repeat(300) } });
    expect((await f.ask(request)).content).toBe("Answer to: One?");
    await f.end();
  });

  test("an edited answer is none: people do that", async () => {
    const f = await startGateway();
    await f.record("test", () => f.ask(chat("Who?")));
    await writeFile(f.path(), (await f.read()).replace("Answer to: Who?", "Somebody."));
    await f.begin("replay");
    expect((await f.ask(chat("Who?"))).content).toBe("Somebody.");
    await f.end();
  });
});
