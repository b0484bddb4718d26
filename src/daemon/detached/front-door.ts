import {
  DAEMON_PATH,
  type DaemonAnswer,
  type DaemonQuestion,
  type DaemonState,
} from "../../daemon-protocol.ts";
import { isSignature, signAnswer, signQuestion } from "../../daemon-signature.ts";
import type { Fetch } from "../listen.ts";

/** Of a question; it is a few hundred bytes. */
const MAX_QUESTION_BYTES = 4_096;

interface FrontDoorOptions {
  secret: string;
  profile: string;
  directory: string;
  /** Somebody is about to make requests; may `close()` the door. */
  onUse: () => void;
  onStop: () => void;
}

/**
 * What a detached daemon answers with from the moment it has its port: that it is there, to those who prove that they may ask, and
 * the server's own answers once there is one. Whoever asks without a proof learns nothing, a web page neither.
 */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  #state: DaemonState = "starting";
  #server: Fetch | undefined;
  #announceChange: () => void = () => {};
  #change: Promise<void>;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#change = new Promise((resolve) => {
      this.#announceChange = resolve;
    });
  }

  readonly fetch: Fetch = (request) => {
    if (new URL(request.url).pathname === DAEMON_PATH) return this.#answer(request);
    return this.#server?.(request) ?? Response.json({ detail: "The server is starting" }, { status: 503 });
  };

  get state(): DaemonState {
    return this.#state;
  }

  open(server: Fetch): void {
    this.#server = server;
    this.#enter("ready");
  }

  /** Requests are still answered; who asks is told to wait for another daemon. */
  close(): void {
    this.#enter("stopping");
  }

  #enter(state: DaemonState): void {
    if (this.#state === "stopping") return;
    this.#state = state;
    this.#announceChange();
  }

  async #answer(request: Request): Promise<Response> {
    const question = await readQuestion(request);
    const { secret, profile, directory } = this.#options;
    if (question === undefined || !isSignature(signQuestion(secret, question), question.signature)) {
      return Response.json({ detail: "Forbidden" }, { status: 403 });
    }
    if (question.wait && this.#state === "starting") await this.#change;
    const { challenge, action } = question;
    if (action === "stop") {
      this.close();
      this.#options.onStop();
    } else if (action === "use" && this.#state === "ready") this.#options.onUse();
    const state = this.#state;
    const signature = signAnswer(secret, { challenge, state, profile, directory });
    return Response.json({ state, signature } satisfies DaemonAnswer);
  }
}

async function readQuestion(request: Request): Promise<DaemonQuestion | undefined> {
  if (request.method !== "POST" || request.headers.has("origin")) return undefined;
  // One that does not say how long it is could be of any length.
  if (!(Number(request.headers.get("content-length") ?? Number.NaN) <= MAX_QUESTION_BYTES)) return undefined;
  try {
    const value = (await request.json()) as Partial<DaemonQuestion> | null;
    const { action, wait, challenge, signature } = value ?? {};
    if (action !== "find" && action !== "use" && action !== "stop") return undefined;
    if (typeof wait !== "boolean" || typeof challenge !== "string" || typeof signature !== "string") {
      return undefined;
    }
    return { action, wait, challenge, signature };
  } catch {
    return undefined;
  }
}
