import { expect, test } from "vitest";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

test("a backslash at the end of a pattern stands for itself", async () => {
  const { send } = await startApp();
  await send("POST", `${BANK}/memories`, { items: [{ content: "One.\\", tags: ["a\\"] }] });
  for (const pattern of ["a\\", "a\\\\"]) {
    const { body } = await send("GET", `${BANK}/tags?q=${encodeURIComponent(pattern)}`);
    expect(body.items).toEqual([{ tag: "a\\", count: 1 }]);
  }
});
