type Fetch = typeof globalThis.fetch;

/** Fetches with the body changed on its way out. */
export function withBody(
  fetch: Fetch,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Fetch {
  return (input, init) => {
    if (typeof init?.body !== "string") return fetch(input, init);
    const body = JSON.parse(init.body) as Record<string, unknown>;
    return fetch(input, { ...init, body: JSON.stringify(change(body)) });
  };
}
