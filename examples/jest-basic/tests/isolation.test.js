const { test } = require("hindsight-testkit/jest");

describe("banks of the same id", () => {
  for (const name of ["Ana", "Bo", "Cem", "Dee"]) {
    test.concurrent(`${name} sees her own entries only`, async ({ hindsight }) => {
      await hindsight.client.retain("diary", `${name} planted a pear tree behind the house.`);
      const { items } = await hindsight.client.listMemories("diary", { type: "world" });
      expect(items).toHaveLength(1);
      expect(items[0].text).toContain(name);
    });
  }
});

test("HINDSIGHT_API_URL is the worker's server", async ({ hindsight }) => {
  expect(hindsight.url.startsWith(`${process.env.HINDSIGHT_API_URL}/sandbox/`)).toBe(true);
});
