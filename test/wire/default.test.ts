import { playGroup } from "./play-group.ts";

playGroup("default");
