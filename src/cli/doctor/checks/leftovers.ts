import { plural } from "../../../gateway/plural.ts";
import { bytesIn } from "../../../home/bytes.ts";
import { testkitHome } from "../../../home/home.ts";
import { runUser } from "../../../home/run-user.ts";
import { abandonedRuns } from "../../../postgres/run-directory.ts";
import { size } from "../../output.ts";
import type { Finding } from "../finding.ts";

/** What killed runs left. Looked for before anything is started: a start removes it. */
export async function checkLeftovers(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const runs = await abandonedRuns(testkitHome(runUser(), env));
  if (runs.length === 0) return [{ check: "leftovers", status: "ok", what: "No run has left anything" }];
  const bytes = await Promise.all(runs.map(bytesIn));
  const total = size(bytes.reduce((sum, each) => sum + each, 0));
  const what = `${plural(runs.length, "run")} ended without its reaper, and left ${total}: ${runs.join(", ")}`;
  const remedy =
    "The next start removes that, this command's among them; npx hindsight-testkit clean does so too.";
  return [{ check: "leftovers", status: "warning", what, remedy }];
}
