import type { Command } from "commander";
import { addJsonOption } from "../output.ts";
import { doctor } from "./doctor.ts";

/** `hindsight-testkit doctor` */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "Say what this machine can do and what not, with remedies: Node, Postgres's binaries, rights, room, ports, Docker, peers, variables. Starts a Postgres and a server, once.",
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 tests can run, be it with warnings; 1 something keeps them from it; 2 for a wrong use.",
    );
  addJsonOption(command).action(doctor);
}
