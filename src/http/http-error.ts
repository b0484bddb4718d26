/** A refusal that only HTTP knows: a bad id in a path, a route that is gone. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = "HttpError";
    this.status = status;
  }
}
