import { execa } from "execa";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../support/postgres.ts";
import { buildProgram } from "../support/program.ts";

// Who chooses the next process id has to be root, as in CI, and alone with it.
test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "a stranger that was given the id of a process of ours is not signalled by anybody (Linux, root only)",
  async () => {
    const program = await buildProgram("test/reaper/programs/recycled-pid.ts");
    const { stdout } = await execa("unshare", [
      ...["--pid", "--fork", "--kill-child", "--mount-proc"],
      process.execPath,
      program,
      await temporaryDirectory(),
    ]);
    expect(JSON.parse(stdout)).toEqual({
      "the sweep of a manifest": true,
      "the end of one process": true,
      "the reaper": true,
    });
  },
);
