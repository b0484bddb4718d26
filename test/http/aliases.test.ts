import { expect, test } from "vitest";
import { startApp } from "./app-fixture.ts";

const BANK = "/v1/default/banks/b";

test("a name stands for one bank, also when a bank and an alias are made at the same moment", async () => {
  const { send } = await startApp();
  await send("PUT", BANK, {});
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  await Promise.all(
    names.flatMap((alias) => [
      send("POST", `${BANK}/aliases`, { alias }),
      send("PUT", `/v1/default/banks/${alias}`, {}),
    ]),
  );
  const { aliases } = (await send("GET", `${BANK}/aliases`)).body;
  const banks = (await send("GET", "/v1/default/banks")).body.banks;
  const taken = [
    ...aliases.map(({ alias }: { alias: string }) => alias),
    ...banks.map(({ bank_id }: { bank_id: string }) => bank_id),
  ];
  expect(taken.sort()).toEqual(["b", ...names].sort());
});

test("there is one primary, also when several are promoted at once", async () => {
  const { send } = await startApp();
  await send("PUT", BANK, {});
  const names = ["x", "y", "z"];
  for (const alias of names) expect((await send("POST", `${BANK}/aliases`, { alias })).status).toBe(201);
  const answers = await Promise.all(
    names.map((alias) => send("PATCH", `${BANK}/aliases/${alias}`, { primary: true })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const { aliases } = (await send("GET", `${BANK}/aliases`)).body;
  expect(aliases.filter(({ primary }: { primary: boolean }) => primary)).toHaveLength(1);
});

test("a sandbox has aliases of its own", async () => {
  const { send, control } = await startApp();
  const { sandboxes } = (await control("POST", "/testkit/v1/sandboxes", { count: 2 })).body;
  const [first, second] = sandboxes.map((id: string) => `/sandbox/${id}`);
  await send("PUT", `${first}${BANK}`, { name: "first" });
  await send("PUT", `${second}${BANK}`, { name: "second" });
  for (const sandbox of [first, second]) await send("POST", `${sandbox}${BANK}/aliases`, { alias: "same" });
  expect((await send("PATCH", `${second}/v1/default/banks/same`, {})).body.name).toBe("second");
  expect((await send("PATCH", "/v1/default/banks/same", {})).status).toBe(404);
});
