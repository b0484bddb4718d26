import { spawn } from "node:child_process";
import { Reaper } from "../../../src/reaper/reaper.ts";

/**
 * Starts a reaper that watches the directory of the first argument and a process of its own, says on stdout which
 * processes these are, and then does what the second argument says.
 */
const [directory = "", ending = ""] = process.argv.slice(2);
const reaper = Reaper.start();
// A process with a child in another session, both of which ignore polite requests.
const stubborn = `trap '' TERM QUIT INT HUP; setsid sh -c "trap '' TERM QUIT; echo started; while :; do sleep 1; done" & wait`;
const child = spawn("sh", ["-c", stubborn], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
child.stdout.once("data", async () => {
  const { pid } = child;
  if (pid === undefined) throw new Error("no process");
  reaper.watchProcess(pid);
  reaper.watchDirectory(directory);
  process.stdout.write(`${JSON.stringify({ reaper: reaper.pid, child: pid })}\n`);
  if (ending === "exit") process.exit(0);
  if (ending === "forget") {
    reaper.forgetProcess(pid);
    reaper.forgetDirectory(directory);
    await reaper.close();
    process.exit(0);
  }
  if (ending === "close") await reaper.close();
});
