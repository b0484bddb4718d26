/** The arrows of the house: what a folder may import. Everything else is refused. */
const MAY_IMPORT = {
  presets: ["harness"],
  "src/cli": ["harness", "embedded", "server", "gateway", "postgres", "home", "reaper"],
  "src/harness": ["client", "server", "gateway", "postgres", "home", "reaper"],
  "src/embedded": ["client", "server", "postgres", "home", "reaper"],
  // Of Postgres no more than what shares a container among a process's servers.
  "src/server": ["client", "gateway", "postgres", "home", "reaper"],
  // The official client and its namespaces: knows a server's URL, and nothing of how it came to be.
  "src/client": [],
  "src/gateway": [],
  "src/postgres": ["home", "reaper"],
  // Directories of ours, locks in them, and whose they are.
  "src/home": ["reaper"],
  "src/reaper": [],
  "src/daemon": [
    "http",
    "engine",
    "store",
    "llm",
    "embedding",
    "rerank",
    "postgres",
    "home",
    "reaper",
    "settings",
    "remote",
  ],
  "src/http": ["engine"],
  "src/engine": ["store", "llm", "embedding", "rerank", "remote", "settings", "tokens"],
  "src/store": [],
  // The offline model knows words by the same lists as the offline embedding.
  "src/llm": ["embedding", "settings", "remote"],
  "src/embedding": ["settings", "remote", "tokens"],
  "src/rerank": ["embedding", "settings", "remote"],
  "src/settings": [],
  "src/remote": [],
  "src/tokens": [],
  "src/errors": [],
};

/**
 * What every folder may use: the catalogue of errors, where the package's files are, JSON objects, exact dates, whole files, Postgres's
 * URLs and extensions, and the daemon's protocol with its signatures.
 */
const COMMON = [
  "^src/errors/",
  "^src/package-root\\.ts$",
  "^src/json-object\\.ts$",
  "^src/parse-json\\.ts$",
  "^src/micro-date\\.ts$",
  "^src/write-file-atomically\\.ts$",
  "^src/(postgres-url|extensions)\\.ts$",
  "^src/daemon-protocol\\.ts$",
  "^src/daemon-signature\\.ts$",
  "^package\\.json$",
];

/** The rooms of the engine, from the ground up: each may use those before it. */
const ENGINE_ROOMS = [
  "labels",
  "banks",
  "attachments",
  "tags",
  "queue",
  "entities",
  "removal",
  "observations",
  "retain",
  "recall",
  "mental-models",
  "consolidation",
  "directives",
  "reflect",
  "memories",
  "refresh",
  "sandboxes",
  "operations",
  "documents",
  "graph",
  "stats",
];

/** The same of the offline model. */
const OFFLINE_ROOMS = ["extraction", "consolidation", "structured", "reflect", "mental-models"];

const inRooms = (folder, names) => `^${folder}/(${names.join("|")})/`;

const inOrder = (folder, rooms) => [
  ...rooms.slice(0, -1).map((room, place) => ({
    name: `${folder}/${room} uses no room above it`,
    severity: "error",
    from: { path: inRooms(folder, [room]) },
    to: { path: inRooms(folder, rooms.slice(place + 1)) },
  })),
  {
    name: `every room of ${folder} has its place`,
    severity: "error",
    from: { path: "^src/" },
    to: { path: `^${folder}/[^/]+/`, pathNot: inRooms(folder, rooms) },
  },
];

module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
      name: `${folder} → ${allowed.join(", ") || "nothing"}`,
      severity: "error",
      from: { path: `^${folder}/` },
      to: {
        path: "^(src|presets)/",
        pathNot: [...COMMON, `^${folder}/`, ...allowed.map((name) => `^src/${name}/`)],
      },
    })),
    ...inOrder("src/engine", ENGINE_ROOMS),
    ...inOrder("src/llm/offline", OFFLINE_ROOMS),
    {
      name: "what the engine's rooms share uses none of them, but for their types",
      severity: "error",
      from: { path: "^src/engine/[^/]+\\.ts$", pathNot: "^src/engine/engine\\.ts$" },
      to: { path: "^src/engine/[^/]+/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "what is shipped imports no test",
      severity: "error",
      from: { path: "^(src|presets)/" },
      to: { path: "^(test|examples|scripts)/" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
  },
};
