/** What the calls of code under test are for, unless it is said. */
export const OWN_SCOPE = "agent";

/** What the testkit's entries share in a test file, whether its session is there yet, there, or there no more. */
interface Realm {
  /** Scopes of calls that code under test makes itself. */
  scopes: Set<string>;
  /** Servers of the testkit that the file's tests reach. */
  origins: Set<string>;
  /** What is to be done at the end of the file. */
  atEnd: Set<() => void>;
}

// The entries may be bundled, or loaded, twice: what they share hangs on the realm's global object.
const REALM = Symbol.for("hindsight-testkit.own-calls");
const holder = globalThis as typeof globalThis & { [REALM]?: Realm };

export function realm(): Realm {
  holder[REALM] ??= { scopes: new Set([OWN_SCOPE]), origins: new Set(), atEnd: new Set() };
  return holder[REALM];
}

/** An address of ours is handed out. */
export function noteOwn(url: string): void {
  realm().origins.add(new URL(url).origin);
}
