import { expect, test } from "vitest";
import { runRetain } from "../../../src/engine/operations/run-retain.ts";
import type { ClaimedOperation } from "../../../src/store/operation-claims.ts";
import { model } from "../retain/fixture.ts";
import { setUp, submit } from "./worker-fixture.ts";

test("an operation tells nothing of a document that was rolled back", async () => {
  const { context } = await setUp({ llm: model() });
  await submit(context, "bank");
  const { rows } = await context.database.query<{ bankKey: string }>(
    `SELECT bank_key AS "bankKey" FROM banks`,
  );
  const operation: ClaimedOperation = {
    bankKey: rows[0]?.bankKey ?? "",
    sandboxId: "",
    bankId: "b",
    operationId: "00000000-0000-4000-8000-000000000001",
    parentId: null,
    operationType: "retain",
    serializationKey: null,
    taskPayload: {
      type: "batch_retain",
      contents: ["first", "second"].map((content) => ({ content, document_id: content })),
    },
    resultMetadata: {},
    retryCount: 0,
    position: "1000",
  };
  const noted: Record<string, unknown>[] = [];
  const note = async (metadata: Record<string, unknown>) => {
    noted.push(metadata);
    if (noted.filter((each) => each.document_events).length === 1) throw new Error("rolled back");
  };
  const signal = new AbortController().signal;
  const run = { signal, folded: [], note, checkpoint: async () => {} };
  await runRetain(context, operation, run).catch(() => {});
  expect(noted.at(-1)).toMatchObject({
    facts_committed_document_ids: ["second"],
    document_events: [{ document_id: "second" }],
  });
});
