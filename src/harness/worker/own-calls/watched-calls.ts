import type { OwnCalls } from "./own-calls.ts";
import { realm } from "./realm.ts";

/** What is claimed in a test file, for those who look for calls to it that nobody intercepts: one watch serves all `recordLlm()`. */
export class WatchedCalls {
  /** By what they claim: a test may call `recordLlm()` for itself, as all others do. */
  readonly #claims = new Map<string, OwnCalls>();
  readonly #watch: () => void;

  /** @param watch begins to look, until the end of the file. */
  constructor(watch: (watched: WatchedCalls) => void) {
    this.#watch = () => watch(this);
  }

  add(calls: OwnCalls): void {
    if (this.#claims.size === 0) {
      this.#watch();
      realm().atEnd.add(() => this.#claims.clear());
    }
    this.#claims.set(JSON.stringify(calls.watchable), calls);
  }

  claims(url: string): boolean {
    return [...this.#claims.values()].some((calls) => calls.claims(url));
  }

  /** All of it, for those who cannot ask. */
  get watchable(): OwnCalls["watchable"] {
    const all = [...this.#claims.values()].map(({ watchable }) => watchable);
    return {
      origins: all.flatMap(({ origins }) => origins),
      baseUrls: all.flatMap(({ baseUrls }) => baseUrls),
    };
  }
}
