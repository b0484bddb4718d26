import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { type Owner, ourselves } from "../../src/home/owner.ts";
import { findEngine } from "../../src/postgres/container/engine.ts";
import { OWNER_LABEL } from "../../src/postgres/container/sweep.ts";
import { soon } from "../support/postgres.ts";
import { CLI } from "../support/project.ts";

const IMAGE = "pgvector/pgvector:pg17";

test("clean removes the container of a killed run, and not that of a live one", async () => {
  const { client } = await findEngine(soon());
  const { dockerode } = client.container;
  /** A container that is not started, of this owner. */
  const container = async (owner: Owner): Promise<string> => {
    const made = await dockerode.createContainer({
      Image: IMAGE,
      Labels: { [OWNER_LABEL]: JSON.stringify(owner) },
    });
    onTestFinished(() => made.remove({ force: true }).catch(() => {}));
    return (await made.inspect()).Name.replace(/^\//, "");
  };
  const self = await ourselves();
  const live = await container(self);
  const clean = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await execa(process.execPath, [CLI, "clean", "--json", ...args]);
    const { removed }: { removed: { kind: string; name: string }[] } = JSON.parse(stdout);
    return removed.filter(({ kind }) => kind === "container").map(({ name }) => name);
  };
  // Any server that starts meanwhile, in another test, may remove it first: then another one is tried.
  for (let isCleaned = false; !isCleaned; ) {
    const killed = await container({ ...self, startTime: "1" });
    const told = await clean("--dry-run");
    const removed = await clean();
    expect(removed).not.toContain(live);
    expect(await clean()).not.toContain(killed);
    isCleaned = told.includes(killed) && removed.includes(killed);
  }
});
