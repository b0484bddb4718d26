import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HindsightClient, HindsightServer, type StartedHindsightServer } from "../../src/index.ts";

const BANK = "crew";

let server: StartedHindsightServer;
let client: HindsightClient;

beforeAll(async () => {
  server = await HindsightServer.start({ testMode: true });
  client = new HindsightClient({ baseUrl: server.url });
});
afterAll(() => server?.stop());

describe("banks", () => {
  test("are made, described, changed, listed and deleted", async () => {
    const made = await client.banks.create(BANK, { name: "The crew", mission: "Know the island." });
    expect(made).toMatchObject({ bank_id: BANK, name: "The crew", mission: "Know the island." });
    await client.banks.setMission(BANK, "Know the harbour.");
    await client.banks.setDisposition(BANK, { skepticism: 5 });
    expect(await client.banks.get(BANK)).toEqual({
      bank_id: BANK,
      name: "The crew",
      disposition: { skepticism: 5, literalism: 3, empathy: 3 },
      mission: "Know the harbour.",
      background: "Know the harbour.",
    });
    expect(await client.getBankProfile(BANK)).toEqual(await client.banks.get(BANK));
  });
});
