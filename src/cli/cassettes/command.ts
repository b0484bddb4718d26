import type { Command } from "commander";
import { addJsonOption } from "../output.ts";
import { list } from "./list.ts";
import { prune } from "./prune.ts";
import { scan } from "./scan.ts";
import { show } from "./show.ts";
import { recoverCassettes, verify } from "./verify.ts";

const PATHS = "cassettes, or folders that hold some (all below the working directory)";

/** `hindsight-testkit cassettes …`: what is recorded, for people and for scripts. */
export function addCassetteCommands(program: Command): void {
  const cassettes = program
    .command("cassettes")
    .description("Look at recorded LLM answers, and keep them in order.")
    .addHelpText("after", "\nExit codes: 0, 1 when something was found, 2 for a wrong use.");
  cassettes
    .command("list")
    .description("The cassettes: their tests, entries, models and sizes. 1: one cannot be read.")
    .argument("[paths...]", PATHS)
    .action(recovering(list));
  cassettes
    .command("show")
    .description("One cassette in readable form. 1: it has no such entry.")
    .argument("<file>", "the cassette")
    .option("--entry <key>", "only entries whose key begins so")
    .option("--scope <name>", "only entries of this scope, such as reflect")
    .action(recovering(show));
  cassettes
    .command("scan")
    .description(
      "Look for secrets: keys in known forms, and the values of *_KEY, *_TOKEN and *_SECRET. 1: there are some.",
    )
    .argument("[paths...]", PATHS)
    .action(recovering(scan));
  cassettes
    .command("prune")
    .description(
      "Remove cassettes without a test, what the last runs found unused, and vectors that no cassette names.",
    )
    .argument("[paths...]", PATHS)
    .option("--dry-run", "only list what would be removed")
    .action(recovering(prune, { isAlone: true }));
  cassettes
    .command("verify")
    .description(
      "Record, then replay twice under another clock and other ids, and keep the new cassettes only if all of it passes. 1: it does not, and the old ones are back.",
    )
    .argument("<command...>", "the test command, after --, such as npx vitest run")
    .action(recovering(verify, { isAlone: true }));
  for (const command of cassettes.commands) addJsonOption(command);
}

/** What a killed verification left is put back before a command looks at cassettes. */
function recovering<Args extends unknown[]>(
  action: (...args: Args) => Promise<void>,
  { isAlone = false } = {},
) {
  return async (...args: Args): Promise<void> => {
    await recoverCassettes({ isNeeded: isAlone });
    await action(...args);
  };
}
