import { startRunPostgres } from "../../../src/harness/run-postgres.ts";
import { startReaper } from "../../../src/home/start-reaper.ts";
import { parseDatabase } from "../../../src/server/database-choice.ts";

/**
 * Starts the host that the line on stdin asks for, as a preset does, with a database on it; says on stdout where they are, and runs
 * until it is killed.
 */
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const choice = parseDatabase(JSON.parse(Buffer.concat(chunks).toString()) as string);
const reaper = await startReaper();
const host = await startRunPostgres(choice, { reaper, startTimeout: 60_000, onPhase: () => {} });
const url = await host.createDatabase("slot_1");
process.stdout.write(`${JSON.stringify({ url, pid: host.pid ?? null, reaper: reaper.pid })}\n`);
setInterval(() => {}, 60_000);
