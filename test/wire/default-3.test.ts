import { playGroup } from "./play-group.ts";

playGroup("default", [3, 4]);
