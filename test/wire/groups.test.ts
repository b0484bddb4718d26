import { playGroup } from "./play-group.ts";
import { groups } from "./player/scenario.ts";

// The largest has files of its own, `default-1.test.ts` and on, so that its parts run side by side.
for (const group of groups()) if (group !== "default") playGroup(group);
