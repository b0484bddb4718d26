import { isAlive } from "../../support/processes.ts";
import { describeHost } from "./suite.ts";

describeHost("embedded", async () => ({
  database: "embedded",
  vectors: false,
  isLeft: async ({ pid }) => pid !== null && isAlive(pid),
  sweptByNextStart: false,
  close: async () => {},
}));
