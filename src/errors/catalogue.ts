/**
 * The catalogue of errors: a code, why it happens, and what to do. `docs/errors.md` has a section for each code, and a
 * test fails when one is missing.
 */
export interface CatalogueEntry {
  why: string;
  remedy: string;
}

function catalogue<const Codes extends string>(entries: Record<Codes, CatalogueEntry>) {
  return entries;
}

export const CATALOGUE = catalogue({
  POSTGRES_BINARIES_MISSING: {
    why: "No package with Postgres binaries for this platform is installed; it is an optional dependency that the installation skipped, or none exists for the platform.",
    remedy:
      'Reinstall without --omit=optional, or give an existing Postgres 15 or newer with `database: "postgres://…"`.',
  },
  POSTGRES_INSTALL_FAILED: {
    why: "The binaries could not be copied into the cache directory.",
    remedy: "Check rights and free space there, or move it with HINDSIGHT_TESTKIT_HOME.",
  },
  CACHE_DIRECTORY_UNUSABLE: {
    why: "The binaries and prepared clusters are kept in a cache directory, which must be ours and writable; as root, the unprivileged user that Postgres runs as must be able to enter it as well.",
    remedy:
      "Set HINDSIGHT_TESTKIT_HOME to such a directory. For root, every directory above it must be open to others (mode 0755).",
  },
  POSTGRES_USER_MISSING: {
    why: "Postgres refuses to run as root, so it is run as an unprivileged user that exists, and none was found.",
    remedy: 'Run as another user than root, or give an existing Postgres with `database: "postgres://…"`.',
  },
  POSTGRES_INIT_FAILED: {
    why: "initdb could not make a database cluster.",
    remedy: "Read the log below; usual causes are a full disk and missing rights on the directory.",
  },
  POSTGRES_START_FAILED: {
    why: "Postgres ended, or was not ready in time, while it was starting.",
    remedy:
      "Read the log below; usual causes are a full disk, no shared memory, and missing rights on the data directory.",
  },
  POSTGRES_CONNECT_FAILED: {
    why: "The database did not accept the connection, or what was asked of it.",
    remedy:
      "Check that the URL names a running Postgres 15 or newer, its user, password and database, and that the user may create databases, or at least schemas in this one.",
  },
  CONTAINER_UNAVAILABLE: {
    why: "A Postgres in a container needs the package testcontainers, which this package does not bring, and a container engine such as Docker that answers.",
    remedy:
      "Install testcontainers (npm install --save-dev testcontainers@11) and start the engine; or leave `database` out, which needs neither.",
  },
  CONTAINER_IMAGE_MISSING: {
    why: "The container engine has no image of this name, and pulled none.",
    remedy: "Check the image's name, and that its registry can be reached; or pull it beforehand.",
  },
  CONTAINER_START_FAILED: {
    why: "The container ended, or its Postgres did not accept connections in time.",
    remedy:
      "Read the container's log below. The image must be a Postgres 15 or newer that is configured by POSTGRES_USER and POSTGRES_PASSWORD, as the official one is; raise `startTimeout` on a slow machine.",
  },
  DATA_DIRECTORY_UNUSABLE: {
    why: "The directory cannot be written by the user that Postgres runs as.",
    remedy:
      "Give a directory that this user may create or owns, or leave the option out for a temporary one.",
  },
  DATA_DIRECTORY_IN_USE: {
    why: "Another server, which lives, runs its Postgres on this data directory; two would destroy it.",
    remedy:
      "Use that server, or stop it first: `npx hindsight-testkit daemon stop`; where that knows of none, because `daemon.json` is damaged, end the process that is named above.",
  },
  DATA_DIRECTORY_VERSION: {
    why: "The data was written by another major version of Postgres, whose files cannot be read.",
    remedy:
      "Install the package's version that wrote it, or export the banks with that one and begin with a new profile.",
  },
  DAEMON_START_TIMEOUT: {
    why: "The profile's daemon was not ready in time, or another process was starting or stopping it for too long.",
    remedy:
      "Raise `startTimeout`, or HINDSIGHT_EMBED_DAEMON_STARTUP_TIMEOUT, on a slow machine; otherwise see where it waits: `npx hindsight-testkit daemon logs`.",
  },
  DAEMON_UNRESPONSIVE: {
    why: "The profile's daemon runs and does not answer. It may be in the middle of work, so that it is not ended without being asked for.",
    remedy:
      "Try again later, or end it: `npx hindsight-testkit daemon stop`, or `close({ stopDaemon: true })`.",
  },
  DAEMON_NOT_STOPPED: {
    why: "The daemon did not end when it was asked to, nor when it was killed; or it belongs to another user.",
    remedy: "End the process that is named as the user who started it.",
  },
  PROFILE_PORT_TAKEN: {
    why: "What listens on the profile's port could not prove that it is the daemon of this profile. It is neither used nor ended.",
    remedy:
      "End that process, or give the profile another port: `npx hindsight-testkit profile create <name> --merge --port <number>`.",
  },
  DAEMON_LOG_MISSING: {
    why: "The profile has no log: no daemon of it was ever started, or the file was removed.",
    remedy: "Start the daemon: `npx hindsight-testkit daemon start`.",
  },
  EMBEDDED_CLOSED: {
    why: "After `close()` a HindsightEmbedded starts nothing and calls nothing.",
    remedy: "Make a new one, or close it later.",
  },
  SERVER_START_FAILED: {
    why: "The server's process ended before it was ready.",
    remedy: "Read the log below; the first line that says `error` names the cause.",
  },
  SERVER_START_TIMEOUT: {
    why: "The server was not ready within the start timeout.",
    remedy: "Raise `startTimeout` on a slow machine; otherwise read the log below to see where it waits.",
  },
  SERVER_PORT_TAKEN: {
    why: "Another process listens on this port.",
    remedy: "Choose another port, or 0 for a free one.",
  },
  SERVER_NOT_OURS: {
    why: "Another program listens on the same port, on an address that the server's URL leads to as well.",
    remedy: "Choose another port, or 0 for a free one; or give as `host` the one address to listen on.",
  },
  API_KEY_REFUSED: {
    why: "The server asks its callers for a key, and this one is missing or not the right one.",
    remedy: "Give `apiKey` as the server knows it.",
  },
  EXISTING_SERVER: {
    why: "With `url` the tests run on a server that is not theirs: its clock is the real one, it has no sandboxes to copy, and its calls to models do not pass through the run.",
    remedy:
      "Leave such tests to runs without `url` (`hindsight.isExisting` tells in a test), or leave `url` out.",
  },
  SERVER_STOPPED: {
    why: "The server was stopped or has ended.",
    remedy:
      "Look at the end of its log for what ended it. In a test run the next file gets a new server; elsewhere start one.",
  },
  REQUEST_FAILED: {
    why: "The server refused the request, or failed at it.",
    remedy:
      "Read the server's own words above. 400 and 422 are about what was sent, 401 is a wrong or missing `apiKey`, 404 a bank, or something in it, that is not there, 410 and 501 a route that this server does not have; 5xx is the server's fault, and in its log.",
  },
  SERVER_UNREACHABLE: {
    why: "No Hindsight server answers at this base URL, and none is started in its place.",
    remedy:
      "Check that the server runs, is healthy, and listens at this address, with its port and base path; one of this toolkit ends with the process that started it.",
  },
  CONTENT_IGNORED: {
    why: "This server makes a mental model's text itself, by a query, and takes none at its creation; a server of this toolkit does.",
    remedy:
      "Give `sourceQuery` alone: the text is then what a refresh finds. Or use a server of this toolkit.",
  },
  INVALID_OPTION: {
    why: "An option has a value that is not understood.",
    remedy: "Use one of the values that the message names.",
  },
  WRONG_USE: {
    why: "The command line names a command, an option or a value that there is not, or lacks one that is needed.",
    remedy: "Run the command with --help for what there is.",
  },
  LLM_KEY_MISSING: {
    why: "This LLM provider needs an API key.",
    remedy:
      "Give `llmApiKey` (for the command: HINDSIGHT_API_LLM_API_KEY), or use the provider `offline`, which needs none.",
  },
  LLM_PROVIDER_UNAVAILABLE: {
    why: "Hindsight has providers that live on the login of a subscription or on a Python library; a server of this toolkit cannot ask them.",
    remedy:
      "Take another provider; most services also have an API key, or an address that speaks OpenAI's words (provider `openai` with `llmBaseUrl`).",
  },
  SERVICE_KEY_MISSING: {
    why: "This embeddings or reranker provider needs an API key.",
    remedy:
      "Set the provider's variable, such as HINDSIGHT_API_EMBEDDINGS_OPENAI_API_KEY or HINDSIGHT_API_RERANKER_COHERE_API_KEY, or use the provider `offline`, which needs none.",
  },
  SERVICE_UNREACHABLE: {
    why: "A server with an embeddings or reranker service starts only when that service answers: without it nothing could be stored or found.",
    remedy: "Check the service's URL and key, and that it runs; or use the provider `offline`.",
  },
  LOCAL_MODEL_UNAVAILABLE: {
    why: "The embeddings providers `local` and `onnx` run a model in the server's process, by the package @huggingface/transformers; this toolkit brings neither the package nor a model.",
    remedy:
      "Install @huggingface/transformers beside this package, and let it reach the model's weights once or give a folder that holds them; or use the provider `offline`, which needs none.",
  },
  EMBEDDING_DIMENSION_MISMATCH: {
    why: "Vectors of different dimensions cannot be compared, and the database holds some that another embedding made.",
    remedy: "Configure the embedding that the database was filled with, or take an empty database.",
  },
  PROFILE_NOT_FOUND: {
    why: "A profile must exist before it is used; only `default` is made by itself.",
    remedy:
      "See `npx hindsight-testkit profile list`, and make one with `profile create <name>`. An active profile that is gone is forgotten by `profile set-active --none`.",
  },
  PROFILE_EXISTS: {
    why: "A profile of this name is there, and would be changed.",
    remedy: "Take another name, or change the existing one: `profile create <name> --merge`.",
  },
  PROFILE_IN_USE: {
    why: "The profile's daemon runs, is being started, or is being stopped; its data would be taken away from under it.",
    remedy: "Delete it with its daemon: `npx hindsight-testkit profile delete <name> --stop`.",
  },
  PROFILE_VARIABLE_NOT_FOUND: {
    why: "What is not set cannot be removed.",
    remedy: "See the profile's `profile.env` for what it sets; `profile show` tells where it is.",
  },
  PROFILE_PORTS_EXHAUSTED: {
    why: "Each profile has a port of its own, and the range for them is used up.",
    remedy: "Delete profiles that nobody needs, or give a port: `profile create <name> --port <port>`.",
  },
  PROFILE_STORE_UNUSABLE: {
    why: "Profiles are kept in the data directory, whose files must be ours to read and to write, in a form that this version knows.",
    remedy:
      "Check the rights and free space there, or take another directory with HINDSIGHT_TESTKIT_HOME. Files of a newer version want that version.",
  },
  PROFILE_STORE_BUSY: {
    why: "Profiles are changed by one process at a time, and each change takes milliseconds.",
    remedy: "See what the process that is named does; when it ends, its lock ends.",
  },
  COORDINATOR_MISSING: {
    why: "The preset's global setup did not run in the test runner's main process.",
    remedy:
      "Vitest: add the plugin from hindsight-testkit/vitest/plugin, or globalSetup hindsight-testkit/vitest/global-setup. Jest: preset hindsight-testkit/jest (if you have a globalSetup of your own, call ours in it).",
  },
  COORDINATOR_GONE: {
    why: "The coordinator in the test runner's main process does not answer.",
    remedy: "If the run was interrupted this is expected; otherwise look for an earlier error in the output.",
  },
  COORDINATOR_FAILED: {
    why: "The coordinator could not do what a worker asked of it; most often a server, or the run's Postgres, was ended from outside.",
    remedy: "Read the reason above. If nothing was ended from outside, this is a defect: please report it.",
  },
  SANDBOX_CLOSED: {
    why: "The test that owned this sandbox has ended.",
    remedy: "Await all work in the test; something went on after its end.",
  },
  BANK_NOT_SETTLED: {
    why: "Background work of the bank failed or was put off.",
    remedy: "The operation's error is given above; fix its cause, or expect the rejection.",
  },
  FORK_REFUSED: {
    why: "A copy of a bank must be whole, and have an id of its own: work in progress would be lost, and an id that is taken stays what it is.",
    remedy: "Wait for `bank.settled()` before the fork, and give an id that no bank has.",
  },
  LLM_MISS: {
    why: "In replay nothing reaches a model, and this request is not in the test's cassette.",
    remedy: "If the change is meant, record the test's cassette again; the command is given above.",
  },
  LLM_CALL_REFUSED: {
    why: "This call can be neither recorded nor replayed: nothing answers it, it is not understood, or it is not known which test made it.",
    remedy:
      "Do what the message says of the call; recording again does not help. A call that needs no cassette can be answered by the test itself, with `llm.respond`.",
  },
  CASSETTE_INVALID: {
    why: "The cassette file cannot be read.",
    remedy: "Restore it from version control, or record it again.",
  },
  CASSETTE_SECRET: {
    why: "A recorded exchange holds something that looks like a secret, so it was not written.",
    remedy: "Remove the secret from the prompt or the answer, then record again.",
  },
  CASSETTE_UNWRITABLE: {
    why: "The test passed, and its recording could not be kept: the disk is full, or may not be written.",
    remedy:
      "Make room, or let the folder be written, then record the test again. The old cassette is as it was.",
  },
  CASSETTE_STALE: {
    why: "The cassette holds exchanges that the passing test did not ask for.",
    remedy:
      "Record the test's cassette again, so that it holds what the test needs and no more; or remove the rest by `npx hindsight-testkit cassettes prune`.",
  },
  VERIFY_RUNNING: {
    why: "While `cassettes verify` runs, the cassettes are those of its recording, and may still be put back.",
    remedy:
      "Wait until it has ended, or end the process that is named. What a killed one left is put back by the next command.",
  },
  RECORD_REFUSED: {
    why: "Recording was asked for where it must not happen, without a provider to record from, or over what another test records.",
    remedy:
      "Record on a developer's machine, with HINDSIGHT_LLM=record and a provider, model and key, and give every test a name, or a `cassette`, of its own.",
  },
});

export type ErrorCode = keyof typeof CATALOGUE;

/** Whether `code` names an entry: codes also arrive as text, from processes that we started. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code);
}
