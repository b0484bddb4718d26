import { afterAll, beforeAll } from "vitest";
import { HindsightClient } from "../../src/client/hindsight-client.ts";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import type { StartedHindsightServer } from "../../src/server/started-server.ts";
import { describeNamespaces } from "./namespace-suite.ts";

let server: StartedHindsightServer;
beforeAll(async () => {
  server = await HindsightServer.start({ testMode: true });
});
afterAll(() => server?.stop());

describeNamespaces(() => ({
  client: new HindsightClient({ baseUrl: server.url }),
  settled: (bank) => server.test.settled({ bank }),
  takesContent: true,
}));
