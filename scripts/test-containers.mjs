// `npm run test:containers`: the suites of the engine on a Postgres with pgvector, in a container. Needs a container engine that
// answers; it fails where none does. Arguments go to Vitest.
import { bin, preparePrograms, run } from "./lib/prepare.mjs";

preparePrograms();
run(process.execPath, [
  bin("vitest"),
  "run",
  "--config",
  "vitest.containers.config.ts",
  ...process.argv.slice(2),
]);
