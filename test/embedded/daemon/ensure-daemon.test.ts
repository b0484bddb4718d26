import { expect, test } from "vitest";
import { ensureDaemon } from "../../../src/embedded/daemon/ensure-daemon.ts";
import { stopDaemon } from "../../../src/embedded/daemon/stop-daemon.ts";
import { useOwnHome } from "./home.ts";

const store = await useOwnHome();

test("the first call starts a daemon, later ones find it", { timeout: 60_000 }, async () => {
  const profile = await store.ensure("first");
  const first = await ensureDaemon(profile);
  const second = await ensureDaemon(profile);
  expect(first.started).toBe(true);
  expect(second.started).toBe(false);
  expect(await (await fetch(`${first.record.url}/health`)).json()).toMatchObject({ status: "healthy" });
  expect(await stopDaemon(profile)).toBe(true);
  expect(await stopDaemon(profile)).toBe(false);
});
