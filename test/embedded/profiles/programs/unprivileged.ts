/**
 * Does with the profiles what its arguments say, as the user that Postgres runs as where we are root, with all rights to write
 * where the umask is 0. Prints the result, or the error's code and message, as JSON.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { ProfileStore } from "../../../../src/embedded/profiles/profile-store.ts";
import { runUser } from "../../../../src/home/run-user.ts";

const [, , action = "", path = ""] = process.argv;
const user = runUser();
if (user) {
  process.setgroups?.([]);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
}
process.umask(0);

const store = ProfileStore.open();
const actions: Record<string, () => unknown> = {
  list: () => store.list(),
  create: () => store.create(path, { env: { HINDSIGHT_API_LLM_API_KEY: "s3cret" } }),
  readFile: () => readFileSync(path, "utf8"),
  readDirectory: () => readdirSync(path),
  makeDirectory: () => mkdirSync(path),
  writeFile: () => writeFileSync(path, "written"),
};

try {
  console.log(JSON.stringify({ done: (await actions[action]?.()) ?? null }));
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.log(JSON.stringify({ code, message }));
}
