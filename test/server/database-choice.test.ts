import { expect, test } from "vitest";
import { parseDatabase } from "../../src/server/database-choice.ts";

test.each([
  [undefined, { kind: "embedded" }],
  ["embedded", { kind: "embedded" }],
  ["container", { kind: "container", image: "pgvector/pgvector:pg17" }],
  [
    { container: "registry.local:5000/postgres@sha256:ab" },
    { kind: "container", image: "registry.local:5000/postgres@sha256:ab" },
  ],
  ["postgresql://me@db/app", { kind: "url", url: "postgresql://me@db/app" }],
])("%j is a database", (option, choice) => {
  expect(parseDatabase(option)).toEqual(choice);
});

test.each([
  "postgres",
  "",
  null,
  "mysql://root:secret@localhost/x",
  { container: "" },
  { container: "postgres 17" },
  { container: "postgres", tag: "17" },
  { image: "postgres" },
])("%j is none", (option) => {
  expect(() => parseDatabase(option as string)).toThrow(/`database` must be `embedded`, `container`/);
});
