import satisfies from "semver/functions/satisfies.js";
import manifest from "../../../../package.json" with { type: "json" };
import type { Finding } from "../finding.ts";

/** The version of Node, and the machine. */
export function checkNode(): Finding[] {
  const what = `Node ${process.versions.node} on ${process.platform}-${process.arch}, hindsight-testkit ${manifest.version}`;
  const wanted = manifest.engines.node;
  if (satisfies(process.versions.node, wanted, { includePrerelease: true }))
    return [{ check: "node", status: "ok", what }];
  return [{ check: "node", status: "problem", what, remedy: `Use a Node that is ${wanted}.` }];
}
