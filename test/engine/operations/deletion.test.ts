import { expect, test } from "vitest";
import { deleteBank } from "../../../src/engine/banks/banks.ts";
import { cancelOperation, retryOperation } from "../../../src/engine/operations/commands.ts";
import { readOperation } from "../../../src/engine/operations/read.ts";
import { ADDRESS, childOf, setUp, submit } from "./worker-fixture.ts";

test("a bank can be deleted while its operations run, end, are cancelled and retried: nothing waits for ever", {
  timeout: 60_000,
}, async () => {
  const { context, startWorker } = await setUp();
  await startWorker(async (_, run) => {
    await run.note({ began: true });
    await context.database.query("SELECT pg_sleep(0.001)");
    return {};
  });
  for (let round = 0; round < 8; round++) {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => submit(context, `${i}`, `d${i % 3}`)));
    const commands = Promise.allSettled(
      ids.map(async (id) => {
        const { operationId } = await childOf(context, id);
        await cancelOperation(context, ADDRESS, operationId);
        await retryOperation(context, ADDRESS, id);
      }),
    );
    const deletion = deleteBank(context, ADDRESS);
    await expect(deletion).resolves.toEqual(expect.any(Number));
    // Refusals of what is gone or has ended; a deadlock would be another error.
    for (const { reason } of (await commands).filter((c) => c.status === "rejected")) {
      expect(String(reason)).toMatch(/EngineError|no child/);
    }
    const first = await readOperation(context, ADDRESS, ids[0] ?? "");
    expect(first).toBeUndefined();
  }
});
