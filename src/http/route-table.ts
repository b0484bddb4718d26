/** Routes by path, to say what is wrong with a request that none of them takes. */
export class RouteTable {
  readonly #entries: { method: string; path: string; pattern: RegExp }[];

  constructor(routes: readonly { method: string; path: string }[]) {
    this.#entries = routes.map(({ method, path }) => ({ method, path, pattern: toPattern(path) }));
  }

  /** The methods that a path takes, in alphabetical order; none: there is no such path. */
  methodsOf(path: string): string[] {
    const methods = this.#entries.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}

/** `:name` is one segment, `:name{.*}` any number of them. */
function toPattern(path: string): RegExp {
  const source = path
    .replaceAll(/[.+*?^$()|[\]\\]/g, "\\$&")
    .replaceAll(/:\w+\{\\\.\\\*\}/g, ".*")
    .replaceAll(/:\w+/g, "[^/]+");
  return new RegExp(`^${source}$`);
}
