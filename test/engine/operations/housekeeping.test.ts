import { expect, test } from "vitest";
import { FixedClock } from "../../../src/engine/clock.ts";
import { cancelOperation } from "../../../src/engine/operations/commands.ts";
import { deleteOld, settleStrandedParents } from "../../../src/engine/operations/housekeeping.ts";
import { listOperations, readOperation } from "../../../src/engine/operations/read.ts";
import { insertAttachments, listAttachments } from "../../../src/store/attachments.ts";
import { findBank } from "../../../src/store/banks.ts";
import { ADDRESS, childOf, settled, setUp, submit } from "./worker-fixture.ts";

const EVERY = { status: null, type: null, excludeParents: false, limit: 100, offset: 0 };

test("operations that ended long ago are deleted, when the clock gets there, and others stay", async () => {
  const clock = new FixedClock();
  const { context, startWorker } = await setUp(
    { clock, testMode: true },
    { HINDSIGHT_API_OPERATION_RETENTION_DAYS: "2" },
  );
  const worker = await startWorker(async () => ({}));
  await submit(context, "old");
  await settled(context, worker);
  await worker.stop();
  await submit(context, "waits");
  const count = async () => (await listOperations(context, ADDRESS, EVERY)).total;
  clock.set("", new Date("2025-01-02T00:00:00Z"));
  await deleteOld(context, "");
  expect(await count()).toBe(4);
  clock.set("", new Date("2025-01-03T00:00:01Z"));
  await deleteOld(context, "elsewhere");
  // Nor with all others: their clocks may stand elsewhere.
  await deleteOld(context);
  expect(await count()).toBe(4);
  await deleteOld(context, "");
  expect((await listOperations(context, ADDRESS, EVERY)).operations).toMatchObject([
    { status: "pending" },
    { status: "pending" },
  ]);
});

test("without a number of days operations are kept for ever", async () => {
  const clock = new FixedClock();
  const { context } = await setUp({ clock });
  const id = await submit(context, "old");
  await cancelOperation(context, ADDRESS, (await childOf(context, id)).operationId);
  clock.set("", new Date("2099-01-01T00:00:00Z"));
  await deleteOld(context, "");
  expect((await listOperations(context, ADDRESS, EVERY)).total).toBe(2);
});

test("parents that wait for nobody are settled by their children; one without any has failed", async () => {
  const { context } = await setUp();
  const ids = [
    await submit(context, "done"),
    await submit(context, "childless"),
    await submit(context, "waits"),
  ];
  await context.database.query(`UPDATE operations SET status = 'completed' WHERE parent_id = '${ids[0]}'`);
  await context.database.query(`DELETE FROM operations WHERE parent_id = '${ids[1]}'`);
  await settleStrandedParents(context);
  const states = await Promise.all(ids.map((id) => readOperation(context, ADDRESS, id)));
  expect(states.map((found) => found?.operation.status)).toEqual(["completed", "failed", "pending"]);
});

test("attachments wait a week for their document, or for as long as an operation could write it", async () => {
  const clock = new FixedClock();
  const { context } = await setUp({ clock });
  const { database } = context;
  await submit(context, "later", "queued");
  const bank = await findBank(database, ADDRESS);
  const bankKey = bank?.bankKey ?? "";
  const day = (day: number) => new Date(`2025-01-${String(day).padStart(2, "0")}T00:00:01Z`);
  const send = (documentId: string, on: number) => {
    const attachment = { attachmentId: "a", hash: "a", kind: "file", mediaType: "text/plain" } as const;
    const content = Buffer.from("hello");
    return insertAttachments(
      database,
      bankKey,
      [{ ...attachment, documentId, filename: null, content }],
      day(on),
    );
  };
  await database.query(
    `INSERT INTO documents (bank_key, document_id, text_length, content_hash, created_at, updated_at)
     VALUES ($1, 'written', 0, '', now(), now())`,
    [bankKey],
  );
  for (const name of ["failed", "queued", "resent", "written"]) await send(name, 1);
  await send("resent", 3);
  const left = async (on: number) => {
    clock.set("", day(on));
    await deleteOld(context, "elsewhere");
    await deleteOld(context, "");
    const found = await listAttachments(database, bankKey, ["failed", "queued", "resent", "written"]);
    return found.map(({ documentId }) => documentId);
  };
  expect(await left(8)).toEqual(["failed", "queued", "resent", "written"]);
  expect(await left(9)).toEqual(["queued", "resent", "written"]);
  expect(await left(11)).toEqual(["queued", "written"]);
});
