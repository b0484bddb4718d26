interface IdleStopOptions {
  /** 0: it never stops. */
  timeoutMs: number;
  /** Whether there is background work, or was since this time. */
  wasWorking: (since: Date) => Promise<boolean>;
  stop: () => void;
}

/** The longest delay that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Stops a daemon that nobody has used for a while: no request is open, none came, and there was no background work. */
export class IdleStop {
  readonly #options: IdleStopOptions;
  #open = 0;
  /** Grows with every use, so that one which comes while the work is looked at is seen. */
  #uses = 0;
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(options: IdleStopOptions) {
    this.#options = options;
  }

  /** @returns to be called when the request has ended. */
  requestBegins(): () => void {
    this.#open++;
    this.use();
    return () => {
      this.#open--;
      this.use();
    };
  }

  /** The time begins anew. */
  use(): void {
    this.#uses++;
    this.#wait();
  }

  start(): void {
    this.#started = true;
    this.#wait();
  }

  end(): void {
    this.#started = false;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const { timeoutMs } = this.#options;
    // The end of the last open request begins the time.
    if (!this.#started || timeoutMs === 0 || this.#open > 0) return;
    this.#timer = setTimeout(() => void this.#look(), Math.min(timeoutMs, LONGEST_MS)).unref();
  }

  async #look(): Promise<void> {
    const { timeoutMs, wasWorking, stop } = this.#options;
    const uses = this.#uses;
    // A database that does not answer is no reason to stop.
    const working = await wasWorking(new Date(Date.now() - timeoutMs)).catch(() => true);
    if (!this.#started || uses !== this.#uses) return;
    if (working) this.#wait();
    else stop();
  }
}
