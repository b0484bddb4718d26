import type { Command } from "commander";
import { TestkitError } from "../../errors/testkit-error.ts";
import { list } from "./list.ts";
import { prune } from "./prune.ts";
import { scan } from "./scan.ts";
import { show } from "./show.ts";
import { recoverCassettes, verify } from "./verify.ts";

const PATHS = "cassettes, or folders that hold some (all below the working directory)";
const JSON_OUTPUT = "one document of JSON on stdout";
/** Of what was asked for wrongly; 1 is for what a command has found. */
const WRONG_USE = 2;

/** `hindsight-testkit cassettes …`: what is recorded, for people and for scripts. */
export function addCassetteCommands(program: Command): void {
  const cassettes = program
    .command("cassettes")
    .description("Look at recorded LLM answers, and keep them in order.")
    .addHelpText("after", "\nExit codes: 0, 1 when something was found, 2 for a wrong use.")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USE));
  cassettes
    .command("list")
    .description("The cassettes: their tests, entries, models and sizes. 1: one cannot be read.")
    .argument("[paths...]", PATHS)
    .option("--json", JSON_OUTPUT)
    .action(catching(list));
  cassettes
    .command("show")
    .description("One cassette in readable form. 1: it has no such entry.")
    .argument("<file>", "the cassette")
    .option("--entry <key>", "only entries whose key begins so")
    .option("--scope <name>", "only entries of this scope, such as reflect")
    .option("--json", JSON_OUTPUT)
    .action(catching(show));
  cassettes
    .command("scan")
    .description(
      "Look for secrets: keys in known forms, and the values of *_KEY, *_TOKEN and *_SECRET. 1: there are some.",
    )
    .argument("[paths...]", PATHS)
    .option("--json", JSON_OUTPUT)
    .action(catching(scan));
  cassettes
    .command("prune")
    .description(
      "Remove cassettes without a test, what the last runs found unused, and vectors that no cassette names.",
    )
    .argument("[paths...]", PATHS)
    .option("--dry-run", "only list what would be removed")
    .option("--json", JSON_OUTPUT)
    .action(catching(prune, { isAlone: true }));
  cassettes
    .command("verify")
    .description(
      "Record, then replay twice under another clock and other ids, and keep the new cassettes only if all of it passes. 1: it does not, and the old ones are back.",
    )
    .argument("<command...>", "the test command, after --, such as npx vitest run")
    .option("--json", JSON_OUTPUT)
    .action(catching(verify, { isAlone: true }));
}

/** Errors as one message, and an exit code. */
function catching<Args extends unknown[]>(
  action: (...args: Args) => Promise<void>,
  { isAlone = false } = {},
) {
  return async (...args: Args): Promise<void> => {
    try {
      await recoverCassettes({ isNeeded: isAlone });
      await action(...args);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = TestkitError.is(error, "INVALID_OPTION") ? WRONG_USE : 1;
    }
  };
}
