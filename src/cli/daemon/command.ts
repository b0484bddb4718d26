import { type Command, InvalidArgumentError } from "commander";
import { addJsonOption } from "../output.ts";
import { logs } from "./logs.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";

/** `hindsight-testkit daemon …` */
export function addDaemonCommands(program: Command): void {
  const daemon = program
    .command("daemon")
    .description("The server of a profile: a process that goes on by itself, with data that are kept.")
    .addHelpText(
      "after",
      "\nThe profile: HINDSIGHT_EMBED_PROFILE, else --profile, else the active one, else default." +
        "\nExit codes: 0 done, 1 it failed, 2 for a wrong use; `start`: 3 when the database or a service of models does not answer; `status`: 1 when it does not run; `logs`: 1 when there is no log.",
    );
  addProfileOption(daemon);
  const add = (name: string, description: string) =>
    addJsonOption(addProfileOption(daemon.command(name).description(description)));
  add("start", "Start it, and wait until it is ready. Does nothing when it runs.")
    .option(
      "--idle-timeout <seconds>",
      "stop it when it has been idle for so long, 0 for never (HINDSIGHT_EMBED_DAEMON_IDLE_TIMEOUT, else 300)",
      parseNumber,
    )
    .action((_, command: Command) => start(command.optsWithGlobals()));
  add(
    "stop",
    "Stop it, and wait until it and its Postgres are gone. Does nothing when it does not run.",
  ).action((_, command: Command) => stop(command.optsWithGlobals()));
  add("status", "Say whether it runs, and where.").action((_, command: Command) =>
    status(command.optsWithGlobals()),
  );
  add("logs", "Show the end of its log.")
    .option("-n, --lines <number>", "how many lines", parseNumber, 50)
    .option("-f, --follow", "go on with what comes, until Ctrl-C")
    .action((_, command: Command) => logs(command.optsWithGlobals()));
}

function addProfileOption(command: Command): Command {
  return command.option("-p, --profile <name>", "the profile");
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError("It must be a whole number that is not negative.");
}
