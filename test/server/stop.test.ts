import { expect, test } from "vitest";
import type { RecordedLlm } from "../../src/gateway/recorded-llm.ts";
import type { DaemonProcess } from "../../src/server/daemon-process.ts";
import { StartedHindsightServer } from "../../src/server/started-server.ts";

const READY = { url: "http://127.0.0.1:1", port: 1, phases: [] };

function server(stop: () => Promise<void>, end: () => Promise<void>): StartedHindsightServer {
  const process = { pid: 1, stop } as unknown as DaemonProcess;
  return new StartedHindsightServer(process, READY, undefined, { end } as unknown as RecordedLlm);
}

test("what the end of a recording finds is thrown by the first stop only", async () => {
  const ended = Promise.reject(new Error("LLM_MISS"));
  const stopped = server(
    async () => {},
    () => ended,
  );
  await expect(stopped.stop()).rejects.toThrow("LLM_MISS");
  await stopped.stop();
  await stopped[Symbol.asyncDispose]();
});

test("a process that cannot be stopped leaves no gateway behind", async () => {
  let hasEnded = false;
  const stopping = server(
    () => Promise.reject(new Error("it does not go")),
    async () => {
      hasEnded = true;
    },
  ).stop();
  await expect(stopping).rejects.toThrow("it does not go");
  expect(hasEnded).toBe(true);
});
