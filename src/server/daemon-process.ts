import { randomBytes } from "node:crypto";
import { execa } from "execa";
import type { DaemonConfig, DaemonReply } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { programPath } from "../package-root.ts";
import { converse, LOG_LINES_IN_ERRORS } from "./converse.ts";
import { LogBuffer } from "./log-buffer.ts";
import { prove } from "./prove.ts";

/** How long a daemon may take to end by itself before it is killed: its own bound for open requests, and a margin. */
const STOP_GRACE_MS = 8_000;

/**
 * Variables that the daemon needs. The others are the caller's own business: NODE_OPTIONS of a debugger would stop the daemon
 * before its first line, PGSSLMODE and its like would reach the driver, and a key is never taken from the environment.
 */
const INHERITED = [
  ...["PATH", "HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "SystemRoot"],
  ...["TMPDIR", "TEMP", "TMP", "NODE_EXTRA_CA_CERTS", "HINDSIGHT_TESTKIT_HOME"],
];

export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
}

const OPTIONS = {
  stdin: "pipe",
  stdout: "pipe",
  stderr: "pipe",
  buffer: false,
  reject: false,
  // A session of its own: Ctrl-C in a terminal reaches the test runner, and only the end of our pipe reaches the daemon.
  detached: true,
  // execa would otherwise end the child when we exit; the pipe does that, also when we are killed.
  cleanup: false,
  windowsHide: true,
  extendEnv: false,
} as const;

function spawnDaemon() {
  return execa(process.execPath, [programPath("daemon")], { ...OPTIONS, env: inheritedEnvironment() });
}

type DaemonSubprocess = ReturnType<typeof spawnDaemon>;

const warned = new Set<string>();

/** Every server of a test run has the same to say. */
function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(text, "HindsightTestkitWarning");
}

/** A daemon program that runs, and its log. */
export class DaemonProcess {
  readonly log: LogBuffer;
  readonly pid: number;
  /** Resolves when the process is gone, whatever ended it, and its Postgres with it. */
  readonly exited: Promise<void>;
  /** As soon as the process is gone, with what ended it: a signal, or an exit code. */
  readonly ending: Promise<string>;
  readonly #subprocess: DaemonSubprocess;
  #running = true;

  private constructor(subprocess: DaemonSubprocess, pid: number, log: LogBuffer) {
    this.#subprocess = subprocess;
    this.pid = pid;
    this.log = log;
    this.ending = new Promise((resolve) => {
      subprocess.once("exit", (exitCode, signal) => {
        this.#running = false;
        resolve(signal ?? `exit code ${exitCode}`);
      });
    });
    // Its reaper holds the other end of stderr as well, until it has ended what a daemon that was killed left behind.
    this.exited = subprocess.then(() => {});
  }

  get running(): boolean {
    return this.#running;
  }

  /**
   * Starts the program with `config` and waits for its reply.
   *
   * @param options.startTimeout milliseconds until the start is given up.
   * @param options.signal ends the start; its reason is thrown when all that was started is gone.
   * @param options.onSpawn gets the process at once, in the turn in which it was spawned.
   * @throws TestkitError `SERVER_START_TIMEOUT`, or what the daemon reports: `SERVER_START_FAILED`, `SERVER_PORT_TAKEN`,
   * `POSTGRES_…`, `LLM_KEY_MISSING`, `INVALID_OPTION`.
   */
  static async start(
    config: Omit<DaemonConfig, "lifetime">,
    options: {
      startTimeout: number;
      signal?: AbortSignal | undefined;
      onLog?: ((line: string) => void) | undefined;
      onSpawn?: (daemon: DaemonProcess) => void;
    },
  ): Promise<{ process: DaemonProcess; reply: Exclude<DaemonReply, { failed: unknown }> }> {
    options.signal?.throwIfAborted();
    const subprocess = spawnDaemon();
    const { pid } = subprocess;
    if (pid === undefined) {
      const result = await subprocess;
      throw new TestkitError("SERVER_START_FAILED", {
        what: `The server's process could not be spawned: ${result.shortMessage ?? "unknown reason"}.`,
        cause: result.cause,
      });
    }
    const log = new LogBuffer();
    if (options.onLog) log.onLine(options.onLog);
    log.read(subprocess.stderr);
    const daemon = new DaemonProcess(subprocess, pid, log);
    options.onSpawn?.(daemon);
    const secret = randomBytes(16).toString("hex");
    const { startTimeout: ms, signal } = options;
    const deadline = performance.now() + ms;
    try {
      const reply = await converse(
        {
          ...{ stdin: subprocess.stdin, stdout: subprocess.stdout },
          // The log is only complete when its Postgres has ended too.
          ended: daemon.exited.then(() => daemon.ending),
          log: () => log.tail(LOG_LINES_IN_ERRORS),
        },
        { ...config, lifetime: { kind: "parent", secret } },
        {
          timeout: { ms, code: "SERVER_START_TIMEOUT", what: `The server was not ready after ${ms} ms.` },
          signal,
        },
      );
      if ("ready" in reply) await daemon.#prove(reply.ready.url, secret, { deadline, signal });
      // Whoever reads the log has read them there.
      if ("ready" in reply && !options.onLog) reply.ready.warnings.forEach(warnOnce);
      return { process: daemon, reply };
    } catch (error) {
      // What it has made of its Postgres by now ends with it.
      await daemon.stop();
      throw error;
    }
  }

  async #prove(
    url: string,
    secret: string,
    { deadline, signal }: { deadline: number; signal: AbortSignal | undefined },
  ): Promise<void> {
    const timeout = AbortSignal.timeout(Math.max(1, Math.round(deadline - performance.now())));
    try {
      await prove(url, secret, signal ? AbortSignal.any([signal, timeout]) : timeout);
    } catch (error) {
      if (error !== timeout.reason) throw error;
      throw new TestkitError("SERVER_START_TIMEOUT", {
        what: `The server did not answer at ${url} in time.`,
        log: this.log.tail(LOG_LINES_IN_ERRORS),
      });
    }
  }

  /** Ends the daemon and waits until it is gone, its Postgres too. It gets time to finish open requests, then it is killed. */
  async stop(): Promise<void> {
    this.#subprocess.stdin.end();
    const timer = setTimeout(() => this.#subprocess.kill("SIGKILL"), STOP_GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }
}
