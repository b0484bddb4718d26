import { playGroup } from "./play-group.ts";
import { groups } from "./player/scenario.ts";

// The largest has a file of its own, so that it runs beside the others.
for (const group of groups()) if (group !== "default") playGroup(group);
