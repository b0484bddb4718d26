/**
 * The daemon: a Hindsight server as a process of its own. How it is talked to is in `daemon-protocol.ts`.
 * Exit code 0 after a stop, 1 when it could not start or has failed.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { DaemonReply } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { migrate } from "../store/migrate.ts";
import { readConfig } from "./config.ts";
import { DetachedHost } from "./detached/detached-host.ts";
import { LogFile } from "./detached/log-file.ts";
import { listen } from "./listen.ts";
import { PhaseClock } from "./phases.ts";
import { type ServerHost, serve } from "./serve.ts";
import { Shutdown } from "./shutdown.ts";
import { StderrLogger } from "./stderr-logger.ts";
import { startWatchdog } from "./watchdog/watchdog.ts";

/** How long a start that is stopped may take to come to its end; then the reaper ends what it has made. In milliseconds. */
const START_GRACE_MS = 6_000;

const stopping = new AbortController();
const phases = new PhaseClock(stopping.signal);
phases.add("load", performance.now());
const shutdown = new Shutdown();
let logger = new StderrLogger("info");
let replied = false;
let starting: Promise<DaemonReply> | undefined;

function reply(message: DaemonReply): void {
  if (replied) return;
  replied = true;
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function end(exitCode: number): Promise<void> {
  stopping.abort();
  // What a start is making now is not on `shutdown` yet; it comes to its end where the next phase would begin.
  const settled = starting?.then(
    () => {},
    () => {},
  );
  await Promise.race([settled, delay(START_GRACE_MS)]);
  await shutdown.run(logger);
  process.exit(exitCode);
}

function fail(error: unknown): void {
  const known = TestkitError.is(error) ? error : undefined;
  const what = known?.what ?? (error instanceof Error ? error.message : String(error));
  for (const line of known?.log?.split("\n") ?? []) logger.log("error", `| ${line}`);
  logger.log(
    "error",
    what,
    known ? { code: known.code } : { stack: error instanceof Error ? error.stack : undefined },
  );
  void shutdown.run(logger).then(() => {
    reply({ failed: { code: known?.code ?? "SERVER_START_FAILED", message: what } });
    process.exit(1);
  });
}

// Whoever reads our output may be gone before we are.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => stop(signal));
}

function stop(reason: string): void {
  logger.log("info", "stopping", { reason });
  void end(0);
}

async function main(): Promise<void> {
  const config = await readConfig(process.stdin);
  const { lifetime } = config;
  const isDetached = lifetime?.kind === "detached";
  const log = isDetached ? new LogFile(lifetime.log) : undefined;
  logger = new StderrLogger(config.logLevel, log?.keepWithinBounds);
  // Whoever started us is gone. A detached daemon that is ready goes on: others will find it.
  const onEnd = () => {
    if (!isDetached || !replied) void end(0);
  };
  process.stdin.on("end", onEnd).on("error", onEnd).resume();
  if (config.command === "serve") {
    const host: ServerHost = isDetached
      ? await DetachedHost.open({ config, lifetime, logger, shutdown, stop, fail })
      : { listen: (fetch) => listen(fetch, config), fail };
    starting = serve(config, logger, phases, shutdown, host);
    reply(await starting);
    // A detached daemon lives on; any other ends with stdin, also when its loop is held up.
    if (!isDetached) startWatchdog();
    return;
  }
  if (config.database.kind !== "url") return;
  const began = performance.now();
  await migrate(config.database.url);
  reply({ migrated: { ms: Math.round(performance.now() - began) } });
  await end(0);
}

main().catch((error: unknown) => {
  // Whoever stops a start is not told that it has failed.
  if (!stopping.signal.aborted) fail(error);
});
