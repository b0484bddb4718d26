import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until the condition holds, and fails after some seconds. For what other processes do in their own time, of which
 * nobody tells us; everything else can be awaited.
 */
export async function eventually(condition: () => boolean, what: string, timeout = 8_000): Promise<void> {
  const deadline = performance.now() + timeout;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`After ${timeout} ms it is not so that ${what}.`);
    await delay(20);
  }
}
