/** Tests for a project of either runner: what a test can do with its clock and its banks. */
export const WORLD = `
  test("moves its own clock, forks, and settles", async ({ bank, hindsight }) => {
    expect((await hindsight.clock.now()).toISOString()).toBe("2025-01-01T00:00:00.000Z");
    await bank.retain("Ada lives in Porto.");
    await hindsight.clock.advance({ days: 400 });
    await bank.retain("Ada moved to Lisbon.", { async: true });
    await bank.settled({ timeout: 20_000 });
    const { items } = await bank.listMemories({ type: "world" });
    expect(items.map(({ mentioned_at }) => mentioned_at.slice(0, 10)).sort()).toEqual(["2025-01-01", "2026-02-05"]);

    const other = await bank.fork("what-if");
    await other.retain("Ada moved to Rome.");
    expect((await bank.listMemories({ type: "world" })).total).toBe(2);
    expect((await other.listMemories({ type: "world" })).total).toBe(3);
    await expect(other).toRecall("Where did Ada move?", /Rome/);
    await expect(bank.fork("what-if")).rejects.toMatchObject({ code: "FORK_REFUSED" });

    await other.settled();
    const { bank: later, hindsight: future } = await hindsight.fork();
    await future.clock.set(new Date("2030-01-01T00:00:00Z"));
    await later.retain("Ada rests.");
    expect((await bank.listMemories({ type: "world" })).total).toBe(2);
    expect((await hindsight.clock.now()).getUTCFullYear()).toBe(2026);
  });
  test("begins like every other", async ({ bank, hindsight }) => {
    expect((await hindsight.clock.now()).toISOString()).toBe("2025-01-01T00:00:00.000Z");
    expect((await bank.listMemories()).total).toBe(0);
  });
`;
