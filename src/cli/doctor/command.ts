import type { Command } from "commander";
import { checkDatabase } from "../database-option.ts";
import { addJsonOption } from "../output.ts";
import { doctor } from "./doctor.ts";

/** `hindsight-testkit doctor` */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "Say what this machine can do and what not, with remedies: Node, Postgres's binaries, rights, room, ports, Docker, peers, variables. Starts a Postgres and a server, once.",
    )
    .option(
      "--database <where>",
      "embedded, container, or postgres://user@host/database: where the tests' databases will be (PGPASSWORD: its password)",
      checkDatabase,
      "embedded",
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 tests can run, be it with warnings; 1 something keeps them from it; 2 for a wrong use.",
    );
  addJsonOption(command).action(doctor);
}
