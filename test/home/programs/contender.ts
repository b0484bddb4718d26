/** Takes a lock each time its parent says so, and tells whether it was alone with it. */
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { withLock } from "../../../src/home/lock.ts";

const [, , path = ""] = process.argv;
const inside = join(dirname(path), "inside");

console.log("ready");
for await (const _ of createInterface(process.stdin)) {
  let alone = true;
  await withLock(
    path,
    performance.now() + 20_000,
    () => new Error("too late"),
    async () => {
      try {
        writeFileSync(inside, "", { flag: "wx" });
      } catch {
        alone = false;
      }
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      if (alone) rmSync(inside);
    },
  );
  console.log(alone ? "alone" : "not alone");
}
