import type { Command } from "commander";
import { addJsonOption } from "../output.ts";
import { clean } from "./clean.ts";

/** `hindsight-testkit clean` */
export function addCleanCommand(program: Command): void {
  const command = program
    .command("clean")
    .description(
      "Remove what runs left behind that were killed: their processes, databases and files. Nothing that is in use, and no profile.",
    )
    .option(
      "--cache",
      "the caches too: Postgres's binaries and prepared clusters, which the next start makes again",
      false,
    )
    .option("--dry-run", "only list what would be removed", false)
    .addHelpText(
      "after",
      "\nProfiles are removed by `hindsight-testkit profile delete`, what cassettes no longer need by `cassettes prune`." +
        "\nExit codes: 0 done, be it that something in use was kept; 1 it failed; 2 for a wrong use.",
    );
  addJsonOption(command).action(clean);
}
