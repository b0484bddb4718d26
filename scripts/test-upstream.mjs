// `npm run test:upstream -- --server <program> [its arguments]`: whether upstream's own server replays. The program starts it
// (`hindsight-api` of the Python package does) and is run once for each recording and replay. It is told by upstream's variables
// where its database and its models are. In its arguments `{port}` stands for the port that it is to listen on; the default is
// `--port {port}`. For programs that take a port of 127.0.0.1 instead of the models' addresses, `{model-port}` is one. The
// database is a Postgres with pgvector in a container: this needs a container engine that answers.
//   --keep <folder>     keeps the cassettes here; those that are there already are not recorded again
import { bin, preparePrograms, run } from "./lib/prepare.mjs";

const args = process.argv.slice(2);
let keep;
let server = [];
while (args.length > 0 && server.length === 0) {
  const option = args.shift();
  if (option === "--keep") keep = args.shift();
  else if (option === "--server") server = args.splice(0);
  else break;
}
if (server.length === 0) {
  console.error("Usage: npm run test:upstream -- [--keep <folder>] --server <program> [its arguments]");
  process.exit(2);
}
preparePrograms();
run(process.execPath, [bin("vitest"), "run", "--config", "vitest.upstream.config.ts"], {
  env: {
    ...process.env,
    UPSTREAM_SERVER: JSON.stringify(server),
    ...(keep !== undefined && { UPSTREAM_CASSETTES: keep }),
  },
});
