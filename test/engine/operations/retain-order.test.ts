import { expect, test } from "vitest";
import { executors } from "../../../src/engine/operations/executors.ts";
import { submitRetain } from "../../../src/engine/operations/submit-retain.ts";
import { retain } from "../../../src/engine/retain/retain.ts";
import { model, rows, SETTINGS } from "../retain/fixture.ts";
import { ADDRESS, childOf, item, settled, setUp, submit } from "./worker-fixture.ts";

const TEXTS = "SELECT original_text AS text FROM documents";

test("a retain that is tried again takes no later one's place", async () => {
  let fails = true;
  const llm = model((text) => {
    if (text === "early" && fails) return new Error("overloaded");
    return { facts: [{ what: text }] };
  });
  const { context, startWorker } = await setUp({ llm });
  const worker = await startWorker(executors(context));
  const id = await submit(context, "early", "d");
  expect(await settled(context, worker)).toMatchObject([{ status: "pending" }]);
  await retain(context, ADDRESS, [item("late", "d")], { settings: SETTINGS });
  fails = false;
  const { operationId } = await childOf(context, id);
  await context.database.query("UPDATE operations SET next_retry_at = NULL WHERE operation_id = $1", [
    operationId,
  ]);
  await submitRetain(context, ADDRESS, [item("other", "e")]);
  expect(await settled(context, worker)).toEqual([]);
  expect(await childOf(context, id)).toMatchObject({ status: "completed" });
  expect(await rows(context.database, `${TEXTS} WHERE document_id = 'd'`)).toEqual([{ text: "late" }]);
});
