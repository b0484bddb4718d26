/**
 * A thread of the daemon with nothing to do but to see the end of stdin, which is the end of whoever started it. The daemon
 * sees that too, and ends by itself, unless its loop is held up.
 */
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";

const { graceMs } = workerData as { graceMs: number };

const onEnd = () => setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);

// Of the same pipe as the daemon's own: its end is there for everybody to see. It is never closed, and nothing else is read.
new Socket({ fd: 0, readable: true, writable: false }).on("end", onEnd).on("error", onEnd).resume();
