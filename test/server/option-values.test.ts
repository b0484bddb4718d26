import { expect, test } from "vitest";
import { HindsightEmbedded } from "../../src/embedded/hindsight-embedded.ts";
import { HindsightServer } from "../../src/server/hindsight-server.ts";

/** As a program gives them that no types hold. */
test.each([
  [{ host: 5 }, "`host` must be a text, not of the type number"],
  [{ llmModel: 5 }, "`llmModel` must be a text"],
  [{ env: null }, "`env` must be an object"],
  [{ env: { HINDSIGHT_API_RETAIN_CHUNK_SIZE: 500 } }, "HINDSIGHT_API_RETAIN_CHUNK_SIZE"],
  [{ env: { PATH: "/" } }, "`PATH` does not"],
  [{ env: { HINDSIGHT_API_PORT: "99" } }, "the option `port` decides"],
  [{ env: { HINDSIGHT_API_DATABASE_URL: "postgres://me:secret@h/d" } }, "the option `database` decides"],
])("a server refuses %j before anything is started", async (options, what) => {
  const start = HindsightServer.start(options as object);
  await expect(start).rejects.toMatchObject({ code: "INVALID_OPTION", what: expect.stringContaining(what) });
  await expect(start).rejects.not.toThrow(/secret/);
});

test.each([
  [{ llmApiKey: 4 }, "`llmApiKey` must be a text"],
  [{ env: null }, "`env` must be an object"],
  [{ env: { HINDSIGHT_API_HOST: "0.0.0.0" } }, "listens on loopback"],
  [{ env: { HINDSIGHT_API_PORT: "99" } }, "profile set-env"],
])("an embedded one refuses %j", (options, what) => {
  expect(() => new HindsightEmbedded(options as object)).toThrow(what);
});
