import { playGroup } from "./play-group.ts";

playGroup("default", [2, 4]);
