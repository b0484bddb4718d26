// `npm run openapi`: prints the OpenAPI document that the server publishes.
//   --compare <file>   compares it with another server's document instead, and prints the differences: operations, parameters,
//                      fields, what is required, types. Those that docs/openapi.md lists are not printed, unless:
//   --all              prints the listed ones too
// Exit code 1: there is a difference that is not listed, or a listed one that is no more.
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

const own = await ownDocument();
if (options.compare === undefined) {
  console.log(JSON.stringify(own, null, 1));
} else {
  const other = JSON.parse(readFileSync(options.compare, "utf8"));
  const known = listed();
  let unlisted = 0;
  for (const difference of compareDocuments(own, other)) {
    const row = known.find(({ pattern }) => pattern.test(difference));
    if (row) row.used = true;
    else unlisted += 1;
    if (!row || options.all) console.log(row ? `${difference}  (listed)` : difference);
  }
  const gone = known.filter(({ used }) => !used);
  for (const { text } of gone) console.log(`docs/openapi.md lists what is no difference: ${text}`);
  console.log(`${unlisted} differences that are not listed`);
  if (unlisted > 0 || gone.length > 0) process.exitCode = 1;
}
