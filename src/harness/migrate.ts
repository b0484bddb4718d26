import { DaemonProcess } from "../server/daemon-process.ts";

/** Brings a database to the current schema, by the program that knows it. */
export async function migrateByDaemon(url: string, startTimeout: number): Promise<void> {
  const { process: daemon } = await DaemonProcess.start(
    {
      command: "migrate",
      host: "127.0.0.1",
      port: 0,
      database: { kind: "url", url },
      environment: {},
      attributeLlmCalls: false,
      logLevel: "warning",
      testMode: false,
      testClock: null,
      idSeed: null,
      token: null,
    },
    { startTimeout },
  );
  await daemon.exited;
}
