import type { DaemonConfig } from "../daemon-protocol.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { DaemonProcess } from "./daemon-process.ts";

/** A daemon of the run: it ends with our process by itself, and by the reaper should it be too busy to. */
export function startWatchedDaemon(
  config: DaemonConfig,
  { reaper, startTimeout }: { reaper: Reaper; startTimeout: number },
): ReturnType<typeof DaemonProcess.start> {
  return DaemonProcess.start(config, {
    startTimeout,
    onSpawn: ({ pid, exited }) => {
      reaper.watchProcess(pid);
      void exited.then(() => reaper.forgetProcess(pid));
    },
  });
}
