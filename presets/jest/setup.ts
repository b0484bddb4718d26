import { Session } from "../../src/harness/worker/session.ts";
import { publishedCoordinator } from "./environment.ts";

/** Runs once for every test file, before its imports and before Jest's globals exist; Jest awaits what it returns. */
export default async function setup(): Promise<void> {
  await Session.open({
    coordinator: publishedCoordinator(),
    slot: process.env.JEST_WORKER_ID ?? "1",
    // Only the test framework, which comes later, knows it.
    file: "",
  });
}
