import { TestkitError } from "../errors/testkit-error.ts";

const PREFIX = "HINDSIGHT_API_";

/**
 * Checks the option `env`: texts, by the names of upstream's variables.
 *
 * @param decided variables that count for nothing here, by what decides in their place.
 * @throws TestkitError `INVALID_OPTION`; the values may be secrets and are not repeated.
 */
export function checkVariables(env: unknown, decided: Record<string, string>): void {
  if (env === undefined) return;
  if (typeof env !== "object" || env === null) throw invalid("`env` must be an object of variables.");
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX)) {
      throw invalid(`\`env\` takes variables that begin with ${PREFIX}, and \`${name}\` does not.`);
    }
    if (typeof value !== "string") {
      throw invalid(`\`env\` takes texts, and the value of \`${name}\` is none.`);
    }
    const instead = decided[name.slice(PREFIX.length)];
    if (instead !== undefined) throw invalid(`\`${name}\` has no place in \`env\`: ${instead}.`);
  }
}

/** For programs that no types hold. @throws TestkitError `INVALID_OPTION`; the values may be secrets and are not repeated. */
export function checkTexts(options: Record<string, unknown>): void {
  const wrong = Object.entries(options).find(([, value]) => value !== undefined && typeof value !== "string");
  if (wrong !== undefined)
    throw invalid(`\`${wrong[0]}\` must be a text, not of the type ${typeof wrong[1]}.`);
}

function invalid(what: string): TestkitError {
  return new TestkitError("INVALID_OPTION", { what });
}
