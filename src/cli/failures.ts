/** How commands end that cannot do what was asked: a message, or a document of JSON, and an exit code. */
import { type Command, CommanderError } from "commander";
import { CATALOGUE } from "../errors/catalogue.ts";
import { docsOf, TestkitError } from "../errors/testkit-error.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { print } from "./output.ts";

/** Whether stdout is for a script. Read off the arguments: what could not be parsed is told as JSON too. */
function wantsJson(): boolean {
  const args = process.argv.slice(2);
  const rest = args.indexOf("--");
  return (rest === -1 ? args : args.slice(0, rest)).includes("--json");
}

/**
 * Runs what the arguments ask for. Errors of the parser are a wrong use, with a hint; all others are told by their own words.
 * Sets `process.exitCode` and does not throw.
 */
export async function runProgram(program: Command): Promise<void> {
  const json = wantsJson();
  forEachCommand(program, (command) =>
    command
      .exitOverride()
      .configureOutput({ ...(json && { writeErr: () => {} }) })
      .showHelpAfterError(`Run \`${fullName(command)} --help\` for what there is.`),
  );
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads our output may have read enough.
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`The output could not be written: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
  try {
    await program.parseAsync();
  } catch (error) {
    // Help and the version were asked for, and are not a failure.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    fail(error, { json });
  }
}

/**
 * Tells an error as it is told everywhere: its message on stderr, or with `json` one document `{ "error": … }` on stdout; and sets
 * the exit code.
 * @param options.exitCode where a command has one of its own.
 */
export function fail(
  error: unknown,
  { json = wantsJson(), exitCode = exitCodeOf(error) }: { json?: boolean; exitCode?: number } = {},
): void {
  const isUsage = error instanceof CommanderError;
  process.exitCode = isUsage ? EXIT.wrongUse : exitCode;
  if (json) print({ json }, { error: toDocument(error) }, []);
  // The parser has said it already.
  else if (!isUsage) process.stderr.write(`${messageOf(error)}\n`);
}

function toDocument(error: unknown) {
  const told = error instanceof CommanderError ? wrongUse(error) : error;
  if (!TestkitError.is(told)) return { code: "UNEXPECTED", what: messageOf(told) };
  const { code, what, log } = told;
  return { code, what, ...CATALOGUE[code], docs: docsOf(code), ...(log && { log }) };
}

function wrongUse({ code, message }: CommanderError): TestkitError {
  const what = code === "commander.help" ? "A command is missing." : message.replace(/^error: /, "");
  return new TestkitError("WRONG_USE", { what });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const each of command.commands) forEachCommand(each, visit);
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
