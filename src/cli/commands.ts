import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addCassetteCommands } from "./cassettes/command.ts";
import { addCleanCommand } from "./clean/command.ts";
import { addDaemonCommands } from "./daemon/command.ts";
import { addDoctorCommand } from "./doctor/command.ts";
import { addPrefetchCommand } from "./prefetch/command.ts";
import { addProfileCommands } from "./profile/command.ts";
import { addServeCommand } from "./serve-command.ts";

/** All commands. */
export function buildProgram(): Command {
  const program = new Command("hindsight-testkit")
    .description("Hindsight servers for tests: no key, no Docker, no network.")
    .version(manifest.version)
    .addHelpText("after", "\nExit codes and examples: docs/command.md in this package.");
  addServeCommand(program);
  addProfileCommands(program);
  addDaemonCommands(program);
  addCassetteCommands(program);
  addDoctorCommand(program);
  addPrefetchCommand(program);
  addCleanCommand(program);
  return program;
}
