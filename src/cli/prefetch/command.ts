import type { Command } from "commander";
import { addJsonOption } from "../output.ts";
import { prefetch } from "./prefetch.ts";

/** `hindsight-testkit prefetch` */
export function addPrefetchCommand(program: Command): void {
  const command = program
    .command("prefetch")
    .description(
      "Fill the caches that the first start would fill: Postgres's binaries, and a cluster that is initialised and migrated. Then start it once, to see that it runs. Does nothing twice.",
    )
    .addHelpText(
      "after",
      "\nFor a layer of a CI image: run it as the user that will run the tests. HINDSIGHT_TESTKIT_HOME says where the caches are." +
        "\nExit codes: 0 they are filled, 1 it failed, 2 for a wrong use.",
    );
  addJsonOption(command).action(prefetch);
}
