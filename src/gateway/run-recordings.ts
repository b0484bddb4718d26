import { TestkitError } from "../errors/testkit-error.ts";
import type { Cassette } from "./cassette/cassette.ts";
import { shownPath } from "./cassette/store.ts";

/**
 * What the tests of a run have recorded. Of two tests with one cassette the later one takes away what the earlier one needs,
 * unless they ask the same.
 */
export class RunRecordings {
  /** By path, what was asked. */
  readonly #asked = new Map<string, string>();

  /** @throws TestkitError `RECORD_REFUSED` when another test of the run has recorded something else there. */
  refuseOther(path: string, cassette: Cassette): void {
    const known = this.#asked.get(path);
    if (known === undefined || known === askedIn(cassette)) return;
    throw new TestkitError("RECORD_REFUSED", {
      what: `${shownPath(path)} has been recorded in this run already, by a test that asked something else: two tests of one name, or with one \`cassette\`, cannot share it.`,
    });
  }

  /** A test has recorded this. */
  add(path: string, cassette: Cassette): void {
    this.#asked.set(path, askedIn(cassette));
  }

  /** Another run begins. */
  reset(): void {
    this.#asked.clear();
  }
}

function askedIn({ entries }: Cassette): string {
  return entries
    .map(({ request }) => request.key)
    .sort()
    .join();
}
