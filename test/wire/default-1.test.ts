import { playGroup } from "./play-group.ts";

playGroup("default", [1, 4]);
