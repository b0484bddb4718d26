import { isAbsolute } from "node:path";
import { resolveLlm } from "../../../gateway/llm-options.ts";
import { parseClock } from "../../../server/options.ts";
import { type Finding, failed } from "../finding.ts";

/** What this toolkit reads under a name of its own. Upstream's, `HINDSIGHT_API_…` and `HINDSIGHT_EMBED_…`, are many more. */
const KNOWN = [
  "HINDSIGHT_LLM",
  "HINDSIGHT_RECORD_IN_CI",
  "HINDSIGHT_TEST_CLOCK",
  "HINDSIGHT_TEST_ID_SEED",
  "HINDSIGHT_TESTKIT_HOME",
  "HINDSIGHT_TESTKIT_TOKEN",
];
/** Set by the toolkit itself, for processes that it starts. */
const INTERNAL = ["HINDSIGHT_TESTKIT_COORDINATOR", "HINDSIGHT_TESTKIT_REPORT"];
const UPSTREAM = /^HINDSIGHT_(API|EMBED|CP)_/;
const LOOPBACK = /^(\*|127\.0\.0\.1|localhost)$/;

/** Variables that change what a run does. Of those that may be secrets the name is told, and never the value. */
export function checkEnvironment(env: NodeJS.ProcessEnv): Finding[] {
  const ours = Object.keys(env).filter((name) => name.startsWith("HINDSIGHT_") && env[name]);
  const findings = [
    ...mode(env),
    ...clock(env),
    ...home(env),
    ...unread(ours),
    ...upstream(ours),
    ...ci(env),
    ...proxy(env),
  ];
  if (findings.length > 0) return findings;
  return [{ check: "environment", status: "ok", what: "No variable changes what a run does" }];
}

function mode(env: NodeJS.ProcessEnv): Finding[] {
  if (!env.HINDSIGHT_LLM) return [];
  const what = `HINDSIGHT_LLM=${env.HINDSIGHT_LLM} goes before the mode that a project's configuration names`;
  try {
    resolveLlm({}, {}, env);
    return [{ check: "environment", status: "note", what }];
  } catch (error) {
    return [{ ...failed("environment", error), status: "warning" }];
  }
}

function clock(env: NodeJS.ProcessEnv): Finding[] {
  const findings: Finding[] = [];
  if (env.HINDSIGHT_TEST_CLOCK) {
    try {
      parseClock(env.HINDSIGHT_TEST_CLOCK, "HINDSIGHT_TEST_CLOCK");
      const what = `HINDSIGHT_TEST_CLOCK: the clock of every test begins at ${env.HINDSIGHT_TEST_CLOCK}`;
      findings.push({ check: "environment", status: "note", what });
    } catch (error) {
      findings.push({ ...failed("environment", error), status: "warning" });
    }
  }
  if (env.HINDSIGHT_TEST_ID_SEED) {
    const what = "HINDSIGHT_TEST_ID_SEED: tests get other ids than without it";
    findings.push({ check: "environment", status: "note", what });
  }
  return findings;
}

function home({ HINDSIGHT_TESTKIT_HOME: chosen }: NodeJS.ProcessEnv): Finding[] {
  if (!chosen) return [];
  if (isAbsolute(chosen)) {
    const what = `HINDSIGHT_TESTKIT_HOME=${chosen}: caches and profiles are there`;
    return [{ check: "environment", status: "note", what }];
  }
  const what = `HINDSIGHT_TESTKIT_HOME=${chosen} is another directory for every working directory`;
  return [{ check: "environment", status: "warning", what, remedy: "Give an absolute path." }];
}

function unread(names: readonly string[]): Finding[] {
  const unknown = names.filter(
    (name) => !KNOWN.includes(name) && !INTERNAL.includes(name) && !UPSTREAM.test(name),
  );
  return unknown.map((name) => ({
    check: "environment",
    status: "warning",
    what: `${name} is set, and nothing reads it`,
    remedy: `Of this kind there are ${KNOWN.join(", ")}.`,
  }));
}

function upstream(names: readonly string[]): Finding[] {
  const found = names.filter((name) => UPSTREAM.test(name));
  if (found.length === 0) return [];
  const what = `${found.sort().join(", ")}: \`serve\` and daemons read them; test runs and \`HindsightServer\` do not`;
  return [{ check: "environment", status: "note", what }];
}

function ci({ CI, HINDSIGHT_RECORD_IN_CI }: NodeJS.ProcessEnv): Finding[] {
  if (CI === undefined || ["", "0", "false"].includes(CI.toLowerCase())) return [];
  const what =
    HINDSIGHT_RECORD_IN_CI === "1"
      ? "CI is set, and HINDSIGHT_RECORD_IN_CI lets cassettes be recorded all the same"
      : "CI is set: cassettes are replayed, and recording is refused";
  return [{ check: "environment", status: "note", what }];
}

/** Node's own requests take the proxy from the environment only when they are told to. */
function proxy(env: NodeJS.ProcessEnv): Finding[] {
  const names = ["HTTP_PROXY", "http_proxy"].filter((name) => env[name]);
  const isUsed = env.NODE_USE_ENV_PROXY === "1" || (env.NODE_OPTIONS ?? "").includes("--use-env-proxy");
  const spared = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/);
  if (names.length === 0 || !isUsed || spared.some((host) => LOOPBACK.test(host))) return [];
  return [
    {
      check: "environment",
      status: "warning",
      what: `Node sends requests to ${names.join(", ")}, those to servers on loopback as well`,
      remedy: "Set NO_PROXY=127.0.0.1,localhost.",
    },
  ];
}
