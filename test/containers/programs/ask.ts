import { ContainerPostgres, ContainerUnavailableError, HindsightServer } from "../../../src/index.ts";

/** Says on stdout whether there can be a Postgres in a container, and how a start fails. */
const available = await ContainerPostgres.isAvailable();
const error = await HindsightServer.start({ database: "container" }).catch((reason: unknown) => reason);
if (!(error instanceof ContainerUnavailableError)) throw error;
const { name, code, what } = error;
process.stdout.write(JSON.stringify({ available, name, code, what }));
