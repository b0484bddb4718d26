import type { LogLevel } from "../daemon-protocol.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { HindsightServer } from "../server/hindsight-server.ts";

interface ServeFlags {
  port: string;
  host: string;
  llmProvider: string;
  llmModel?: string;
  llmBaseUrl?: string;
  database: string;
  logLevel: LogLevel;
}

/** `hindsight-testkit serve`: a server in the foreground, until Ctrl-C. Exit code 0 after a signal, 1 when it fails. */
export async function serve(flags: ServeFlags): Promise<void> {
  // Before the start, so that Ctrl-C in the middle of it is not lost.
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  try {
    await using server = await HindsightServer.start({
      ...flags,
      port: parsePort(flags.port),
      llmApiKey: process.env.HINDSIGHT_API_LLM_API_KEY,
      onLog: (line) => void process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`${JSON.stringify({ url: server.url, port: server.port, pid: server.pid })}\n`);
    const ended = await Promise.race([interrupted.then(() => false), server.exited.then(() => true)]);
    if (ended) {
      throw new TestkitError("SERVER_STOPPED", {
        what: "The server's process ended by itself.",
        log: server.logs(30),
      });
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new TestkitError("INVALID_OPTION", {
    what: `--port must be a whole number from 0 to 65535, not ${JSON.stringify(text)}.`,
  });
}
