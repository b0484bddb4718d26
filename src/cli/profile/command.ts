import { type Command, Option } from "commander";
import { EXIT } from "../exit-codes.ts";
import { fail } from "../failures.ts";
import { addJsonOption } from "../output.ts";
import { create, remove, removeEnv, setActive, setEnv } from "./change.ts";
import { list, show } from "./look.ts";

/** `hindsight-testkit profile …`, as Hindsight's own command has it. */
export function addProfileCommands(program: Command): void {
  const profile = program
    .command("profile")
    .description("Named environments that last: each has a database, a port, a log and a configuration.")
    .addHelpText("after", "\nExit codes: 0, 1 when it cannot be done, 2 for a wrong use.");

  withFormat(profile.command("list").description("All profiles.")).action(catching(list));
  withFormat(profile.command("show").description("Which profile is meant, and what chose it."))
    .option("-p, --profile <name>", "as other commands take it (HINDSIGHT_EMBED_PROFILE goes before)")
    .action(catching(show));

  addJsonOption(
    profile.command("create").description("Make a profile.").argument("<name>", 'letters, digits, "-", "_"'),
  )
    .option("--port <number>", "1024 to 65535; one is allocated otherwise")
    .option(
      "--env <variable>",
      "NAME=value for its environment, or NAME alone to take the value from this process's, where a secret belongs; may be repeated",
      (value: string, earlier: string[] = []) => [...earlier, value],
    )
    .option("--merge", "change the profile if it exists")
    .action(catching(create));
  addJsonOption(
    profile
      .command("set-env")
      .description("Set a variable of a profile's environment. Its daemon takes it up when it starts again.")
      .argument("<name>")
      .argument("<variable>", "such as HINDSIGHT_API_LLM_API_KEY")
      .argument("<value>", "or - to read it from stdin, where a secret belongs"),
  ).action(catching(setEnv));
  addJsonOption(
    profile
      .command("remove-env")
      .description("Remove a variable from a profile's environment.")
      .argument("<name>")
      .argument("<variable>"),
  ).action(catching(removeEnv));
  addJsonOption(
    profile
      .command("delete")
      .description("Remove a profile with its database and all other data, for good.")
      .argument("<name>"),
  )
    .option("--stop", "stop its daemon first; without this a profile whose daemon runs is kept")
    .action(catching(remove));
  addJsonOption(
    profile
      .command("set-active")
      .description("The profile that is meant where none is named.")
      .argument("[name]")
      .option("--none", "none is"),
  ).action(catching(setActive));
}

/** Upstream's way to ask for JSON is understood beside ours. */
function withFormat(command: Command): Command {
  return addJsonOption(command).addOption(
    new Option("-o, --output <format>", "the same in Hindsight's words").choices(["text", "json"]),
  );
}

/** Hindsight's command ends with 1 for all that it refuses, a name or a port that cannot be one among it. */
function catching<Args extends unknown[]>(action: (...args: Args) => Promise<void>) {
  return async (...args: Args): Promise<void> => {
    try {
      await action(...args);
    } catch (error) {
      fail(error, { exitCode: EXIT.failed });
    }
  };
}
