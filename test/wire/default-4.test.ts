import { playGroup } from "./play-group.ts";

playGroup("default", [4, 4]);
