import { readFile } from "node:fs/promises";
import { withoutBom } from "../../gateway/cassette/file.ts";
import { parseJson } from "../../gateway/json.ts";
import { plural } from "../../gateway/plural.ts";
import { SecretScanner } from "../../gateway/secrets.ts";
import { EXIT } from "../exit-codes.ts";
import { type OutputFlags, print, shown } from "../output.ts";
import { cassettesIn } from "./paths.ts";

/** Where a secret is, and of what kind; never the secret. */
interface Finding {
  path: string;
  line: number;
  field: string;
  kind: string;
}

/** `cassettes scan`: looks for keys in known forms, and for the values of secret variables. Exit code 1 when it finds one. */
export async function scan(paths: string[], flags: OutputFlags): Promise<void> {
  const cassettes = await cassettesIn(paths);
  const scanner = new SecretScanner(process.env);
  const secrets: Finding[] = [];
  for (const path of cassettes) {
    const text = withoutBom(await readFile(path, "utf8"));
    for (const [index, line] of text.split("\n").entries()) {
      // What is no JSON is searched as it stands: a secret in a broken cassette is one too.
      const found = scanner.findInEntry(parseJson(line) ?? line, "");
      for (const { field, kind } of found) {
        secrets.push({ path: shown(path), line: index + 1, field: field.replace(/^\./, ""), kind });
      }
    }
  }
  if (secrets.length > 0) process.exitCode = EXIT.failed;
  const summary =
    secrets.length > 0
      ? `${plural(secrets.length, "secret")} in ${plural(new Set(secrets.map(({ path }) => path)).size, "cassette")}. Revoke them: what was committed stays readable in the history.`
      : `No secrets in ${plural(cassettes.length, "cassette")}.`;
  const rows = secrets.map(
    ({ path, line, field, kind }) => `${path}:${line} ${field || "the line"} holds ${kind}`,
  );
  print(flags, { cassettes: cassettes.length, secrets }, [...rows, summary]);
}
