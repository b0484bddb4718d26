// `npm run openapi`: prints the OpenAPI document that the server publishes.
//   --compare <file>   compares it with another server's document instead, and prints the differences: operations, parameters,
//                      fields, what is required, types. Those that docs/openapi.md lists are not printed, unless:
//   --all              prints the listed ones too
// Exit code 1: there is a difference that is not listed, or a listed one that is no more; 2: the file is no such document.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { compareDocuments } from "./lib/compare-openapi.mjs";
import { preparePrograms, root } from "./lib/prepare.mjs";

const { values: options } = parseArgs({
  options: { compare: { type: "string" }, all: { type: "boolean", default: false } },
});

async function ownDocument() {
  preparePrograms();
  const args = [join(root, "dist/cli.mjs"), "serve", "--log-level", "warning"];
  const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  try {
    const line = await Promise.race([
      once(createInterface({ input: server.stdout }), "line").then(([text]) => text),
      ended.then(([code]) => {
        throw new Error(`the server ended with exit code ${code} before it was ready`);
      }),
    ]);
    return await (await fetch(`${JSON.parse(line).url}/openapi.json`)).json();
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

/** Each row of the table of differences: a pattern in backticks, in which `*` is any text, and the reason. */
function listed() {
  const rows = readFileSync(join(root, "docs/openapi.md"), "utf8").matchAll(/^\| `([^`]+)` \|/gm);
  return [...rows].map(([, text]) => ({
    text,
    pattern: new RegExp(`^${text.split("*").map(escaped).join(".*")}$`),
    used: false,
  }));
}

function escaped(text) {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** The document to compare with. A fault of the file is told before a server is started. */
function otherDocument(file) {
  try {
    const document = JSON.parse(readFileSync(file, "utf8"));
    if (typeof document?.paths !== "object") throw new Error("it has no paths");
    return document;
  } catch (error) {
    console.error(`${file} is no OpenAPI document in JSON: ${error.message}`);
    process.exit(2);
  }
}

function compare(own, other) {
  const known = listed();
  const unlisted = [];
  const excused = [];
  for (const difference of compareDocuments(own, other)) {
    const rows = known.filter(({ pattern }) => pattern.test(difference));
    for (const row of rows) row.used = true;
    (rows.length > 0 ? excused : unlisted).push(difference);
  }
  if (options.all) for (const difference of excused) console.log(`listed      ${difference}`);
  for (const difference of unlisted) console.log(`NOT LISTED  ${difference}`);
  const gone = known.filter(({ used }) => !used);
  for (const { text } of gone) console.log(`NO MORE     ${text}`);
  console.log(
    `${excused.length} differences that docs/openapi.md lists, ${unlisted.length} that it does not, ` +
      `${gone.length} rows of it that are no difference any more`,
  );
  if (unlisted.length > 0 || gone.length > 0) process.exitCode = 1;
}

const other = options.compare === undefined ? undefined : otherDocument(options.compare);
const own = await ownDocument();
if (other) compare(own, other);
else console.log(JSON.stringify(own, null, 1));
