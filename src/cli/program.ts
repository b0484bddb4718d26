#!/usr/bin/env node
import { buildProgram } from "./commands.ts";
import { runProgram } from "./failures.ts";

await runProgram(buildProgram());
