/**
 * Changes profiles whose names begin with its own, and says so after each change. Ends after so many rounds, or never.
 * In each round a profile gets two variables with the round's number in one change, and others come and go.
 */
import { ProfileStore } from "../../../../src/embedded/profiles/profile-store.ts";

const [, , name = "", rounds = "Infinity"] = process.argv;
const store = ProfileStore.open();

for (let round = 0; round < Number(rounds); round++) {
  const number = String(round);
  await store.create(name, { env: { FIRST: number, SECOND: number }, merge: true });
  console.log("merged");
  await store.create(`${name}-${round}`, { env: { FIRST: number, SECOND: number } });
  console.log("created");
  await store.setActive(name);
  console.log("active");
  await store.touch(name);
  console.log("touched");
  if (round % 2 === 1) await store.delete(`${name}-${round}`);
  console.log("deleted");
}
