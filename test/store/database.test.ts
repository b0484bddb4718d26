import { expect, onTestFinished, test } from "vitest";
import { Database, DatabaseBusyError, DatabaseUnavailableError } from "../../src/store/database.ts";
import { createTestDatabase } from "../support/database.ts";

test("a pool without a free connection is not taken for a database that is gone", async () => {
  const { url } = await createTestDatabase();
  const database = new Database(url, { maxConnections: 1, acquireTimeoutMs: 50, onError: () => {} });
  onTestFinished(() => database.close());
  const only = await database.connect();
  await expect(database.query("SELECT 1")).rejects.toThrow(DatabaseBusyError);
  await expect(database.transaction(async () => {})).rejects.toThrow(DatabaseBusyError);
  only.release();
  expect((await database.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

test("a database that is gone is not taken for a busy one", async () => {
  const database = new Database("postgresql://127.0.0.1:1/none", { maxConnections: 1, onError: () => {} });
  onTestFinished(() => database.close());
  const error = await database.query("SELECT 1").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
  expect(error).not.toBeInstanceOf(DatabaseBusyError);
});
