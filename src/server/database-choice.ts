import { TestkitError } from "../errors/testkit-error.ts";

/** Where a server's database is, as an option. */
export type DatabaseOption = string | { container: string };

/** The same, checked. */
export type DatabaseChoice =
  | { kind: "embedded" }
  | { kind: "url"; url: string }
  | { kind: "container"; image: string };

/** Postgres 17 with pgvector. */
const DEFAULT_IMAGE = "pgvector/pgvector:pg17";

/** @throws TestkitError `INVALID_OPTION`; the value is not repeated, it may hold a password. */
export function parseDatabase(value: DatabaseOption | undefined): DatabaseChoice {
  if (value === undefined || value === "embedded") return { kind: "embedded" };
  if (value === "container") return { kind: "container", image: DEFAULT_IMAGE };
  if (typeof value === "string") {
    if (isDatabaseUrl(value)) return { kind: "url", url: value };
  } else if (isImage(value?.container) && Object.keys(value).length === 1) {
    return { kind: "container", image: value.container };
  }
  throw new TestkitError("INVALID_OPTION", {
    what: "`database` must be `embedded`, `container`, `{ container: <image> }` or a URL that starts with postgres://.",
  });
}

export function isDatabaseUrl(value: string): boolean {
  return URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol);
}

function isImage(value: unknown): boolean {
  return typeof value === "string" && /^[\w./:@-]+$/.test(value);
}
