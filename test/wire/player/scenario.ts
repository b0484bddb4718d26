/** The shapes of scenarios and of recorded answers. They are read from files of this folder's own, and checked by playing them. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What the scripted model says to one call. Answers are used in order; one with `when` waits for a call that holds its words. */
export interface ScriptedAnswer {
  when?: string;
  json?: Json;
  text?: string;
  tools?: { name: string; arguments?: Json }[];
  /** The reason that the answer gives for its end. */
  finish?: string;
  status?: number;
  body?: Json;
}

export interface Step {
  /** `POST /v1/…/{bank}/…`: what stands in braces is replaced by what an earlier step saved. */
  do: string;
  body?: Json;
  /** A body that is sent as it stands. */
  raw?: string;
  headers?: Record<string, string>;
  llm?: ScriptedAnswer[];
  /** Services that answer with a status during the step, by the last part of their path. */
  fail?: Record<string, number>;
  /** Names for parts of the answer, by path: `items.0.id`. */
  save?: Record<string, string>;
  /** Wait until the bank has no pending work. */
  settle?: boolean | string;
  /** Milliseconds to let pass after the step: only where time itself is what is played. */
  wait?: number;
  /** Lists whose order is open, by path, and parts that are not compared. */
  unordered?: string[];
  ignore?: string[];
  /** Keys that are not compared, wherever they stand. */
  omit?: string[];
}

export interface Scenario {
  about: string;
  headers?: Record<string, string>;
  steps: Step[];
}

/** What a step came to, without what changes from run to run. */
export interface PlayedStep {
  do: string;
  status: number;
  type: string | null;
  headers?: Record<string, string>;
  body: Json;
  /** The calls to the model. */
  llm: Json[];
  unused_answers?: number;
}

const FOLDER = join(fileURLToPath(import.meta.url), "../..");

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, path), "utf8"));
}

export function groups(): string[] {
  return readdirSync(join(FOLDER, "scenarios")).sort();
}

/** The names of a group's scenarios. */
export function scenariosOf(group: string): string[] {
  return readdirSync(join(FOLDER, "scenarios", group))
    .filter((file) => file.endsWith(".json") && file !== "env.json")
    .map((file) => basename(file, ".json"))
    .sort();
}

export function readScenario(group: string, name: string): Scenario {
  return read(`scenarios/${group}/${name}.json`) as Scenario;
}

/** What upstream's own server came to. */
export function readGolden(group: string, name: string): PlayedStep[] {
  return read(`golden/${group}/${name}.json`) as PlayedStep[];
}

/** The variables that configure a server for a group. */
export function readEnvironment(group: string, modelUrl: string): Record<string, string> {
  const variables = Object.entries(read(`scenarios/${group}/env.json`) as Record<string, string>);
  return Object.fromEntries(variables.map(([name, value]) => [name, value.replaceAll("{model}", modelUrl)]));
}

export interface Admitted {
  group: string;
  scenario: string;
  steps: number[];
  reason: string;
}

/** The steps that may differ, and why. */
export function readAdmitted(): Admitted[] {
  return read("admitted.json") as Admitted[];
}
