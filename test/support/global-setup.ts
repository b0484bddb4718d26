import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One Postgres for the whole run; `createTestDatabase` clones its migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const interim = process.env["HINDSIGHT_TEST_POSTGRES"];
  if (!interim) throw new Error("not yet");
  project.provide("postgresUrl", interim);
  return async () => {};
}
