/** The exit codes of all commands; docs/command.md has them for users. */
import { TestkitError } from "../errors/testkit-error.ts";

export const EXIT = {
  /** It failed, or found what it looked for: the command's description says what. */
  failed: 1,
  /** Asked for wrongly: an unknown command or option, a value that cannot be one. */
  wrongUse: 2,
  /** Something that others have to bring up, a database or a service of models, does not answer. */
  dependency: 3,
  /** Ctrl-C, where a command says so; as shells do. */
  interrupted: 130,
} as const;

const DEPENDENCIES = ["SERVICE_UNREACHABLE", "POSTGRES_CONNECT_FAILED"] as const;

/** The exit code of a command that ended with this error. */
export function exitCodeOf(error: unknown): number {
  if (DEPENDENCIES.some((code) => TestkitError.is(error, code))) return EXIT.dependency;
  return TestkitError.is(error, "INVALID_OPTION") ? EXIT.wrongUse : EXIT.failed;
}
