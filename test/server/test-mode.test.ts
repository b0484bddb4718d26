import { HindsightClient } from "@vectorize-io/hindsight-client";
import { expect, test } from "vitest";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import { createTestDatabase } from "../support/database.ts";

test("a server in test mode begins at another instant, with other ids that sort the same", async () => {
  const start = async (idSeed: string) =>
    HindsightServer.start({
      testMode: true,
      database: (await createTestDatabase()).url,
      clock: "2031-07-19T11:30+02:00",
      idSeed,
    });
  await using server = await start("one");
  await using other = await start("two");
  expect((await server.test.clock.now()).toISOString()).toBe("2031-07-19T09:30:00.000Z");
  const [one = "", two = ""] = await Promise.all(
    [server, other].map(async ({ url }) => {
      const client = new HindsightClient({ baseUrl: url });
      await client.retain("ada", "Ada sails.");
      return String((await client.listMemories("ada", { type: "world" })).items[0]?.id);
    }),
  );
  expect(one).not.toBe(two);
  expect(one.slice(0, 18)).toBe(two.slice(0, 18));
});

test.each([
  [{ clock: "2031-07-19" }, "`clock` is an option of a server in test mode"],
  [{ idSeed: "one" }, "`idSeed` is an option of a server in test mode"],
  [{ testMode: true, clock: "soon" }, "`clock` must be ISO 8601"],
  [{ testMode: true, idSeed: "" }, "`idSeed` must be a text"],
])("%j is refused", async (options, message) => {
  await expect(HindsightServer.start(options)).rejects.toMatchObject({
    code: "INVALID_OPTION",
    message: expect.stringContaining(message),
  });
});
