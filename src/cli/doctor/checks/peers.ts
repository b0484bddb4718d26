import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import satisfies from "semver/functions/satisfies.js";
import manifest from "../../../../package.json" with { type: "json" };
import { isJsonObject } from "../../../json-object.ts";
import { parseJson } from "../../../parse-json.ts";
import type { Finding } from "../finding.ts";

interface Installed {
  version: string;
  /** The range of Node's versions that it runs on, as it says. */
  node: string | undefined;
}

/** The optional peers that the project in `directory` has: whether their versions fit ours, and this Node theirs. */
export function checkPeers(directory: string): Finding[] {
  const peers = Object.entries(manifest.peerDependencies);
  const findings = peers.flatMap(([name, range]) => checkPeer(name, range, directory));
  const own = installed(manifest.name, directory);
  if (own && own.version !== manifest.version) {
    findings.push({
      check: "peers",
      status: "warning",
      what: `The project has hindsight-testkit ${own.version}, and this command is ${manifest.version}`,
      remedy: "Run the project's own, from its folder: npx --no-install hindsight-testkit doctor.",
    });
  }
  if (findings.length > 0) return findings;
  const names = peers.map(([name]) => name).join(", ");
  return [{ check: "peers", status: "note", what: `None of ${names} is installed in ${directory}` }];
}

function checkPeer(name: string, range: string, directory: string): Finding[] {
  const found = installed(name, directory);
  if (found === undefined) return [];
  const { version, node } = found;
  const finding = (status: Finding["status"], what: string, remedy?: string): Finding[] => [
    { check: "peers", status, what: `${name} ${version}${what}`, ...(remedy && { remedy }) },
  ];
  if (!satisfies(version, range, { includePrerelease: true }))
    return finding(
      "warning",
      ` is not among the versions that are tried: ${range}`,
      `Install ${name}@"${range}".`,
    );
  if (node !== undefined && !satisfies(process.versions.node, node, { includePrerelease: true })) {
    const what = ` wants Node ${node}, and this is ${process.versions.node}`;
    return finding("warning", what, `Use such a Node, or an older ${name}.`);
  }
  return finding("ok", "");
}

/** What an import in the project would find, if its `node_modules` are folders. */
function installed(name: string, directory: string): Installed | undefined {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = readManifest(join(folder, "node_modules", name, "package.json"));
    if (found || folder === dirname(folder)) return found;
  }
}

function readManifest(path: string): Installed | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const { version, engines } = asObject(parseJson(text));
  const { node } = asObject(engines);
  if (typeof version !== "string") return undefined;
  return { version, node: typeof node === "string" ? node : undefined };
}

const asObject = (value: unknown) => (isJsonObject(value) ? value : {});
