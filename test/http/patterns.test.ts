import { expect, test } from "vitest";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

test("a pattern of tags that ends in a backslash is the client's fault", async () => {
  const { send } = await startApp();
  await send("POST", `${BANK}/memories`, { items: [{ content: "One.", tags: ["a\\"] }] });
  expect(await send("GET", `${BANK}/tags?q=${encodeURIComponent("a\\")}`)).toMatchObject({
    status: 400,
    body: { detail: "A pattern must not end in a backslash" },
  });
  const { body } = await send("GET", `${BANK}/tags?q=${encodeURIComponent("a\\\\")}`);
  expect(body.items).toEqual([{ tag: "a\\", count: 1 }]);
});
