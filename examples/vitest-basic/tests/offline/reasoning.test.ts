import { expect, test } from "hindsight-testkit/vitest";

test("a preference that changes: observation, mental model, directive", async ({ bank, hindsight }) => {
  const { client } = hindsight;
  await client.createDirective(bank.id, "Seats", "Always name the seat.");
  await client.createMentalModel(bank.id, "Nora's trips", "How does Nora prefer to travel?", {
    id: "trips",
    trigger: { refreshAfterConsolidation: true },
  });
  const page = async () => (await client.getMentalModel(bank.id, "trips")).content;

  await bank.retain("Nora prefers the window seat. Nora takes the night train to Vienna.");
  await bank.settled(); // the facts are consolidated, and the mental model is written from them
  expect(await page()).toMatch(/Nora prefers the window seat\./);

  await hindsight.clock.advance({ days: 40 });
  await bank.retain("Nora now prefers the aisle seat because of her long legs.");
  await bank.settled();

  const { items } = await bank.listMemories({ type: "observation" });
  const observations = items.map(({ text }) => text);
  // One observation holds both, with the days on which they were said.
  expect(observations).toContainEqual(
    expect.stringMatching(/From 2025-01-01 until 2025-02-10: .*window seat.* Since 2025-02-10: .*aisle seat/),
  );
  expect(await page()).toMatch(/aisle seat/);

  const answer = await bank.reflect("Which seat does Nora prefer now?", { includeFacts: true });
  expect(answer.text).toMatch(/aisle/);
  expect(answer.text).not.toMatch(/window/);
  expect(answer.based_on?.directives?.map(({ name }) => name)).toEqual(["Seats"]);
});
