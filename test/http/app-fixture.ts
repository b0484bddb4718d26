import { EventEmitter, once } from "node:events";
import { onTestFinished } from "vitest";
import { listen } from "../../src/daemon/listen.ts";
import { TOKEN_HEADER } from "../../src/daemon-protocol.ts";
import { FixedClock, systemClock } from "../../src/engine/clock.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Logger } from "../../src/engine/logger.ts";
import { createApp } from "../../src/http/app.ts";
import type { ChatModel } from "../../src/llm/types.ts";
import { createTestDatabase } from "../support/database.ts";
import { engineContext } from "../support/engine-context.ts";
import { type AnswerCheck, answerCheck } from "./answer-check.ts";

const TOKEN = "secret-of-the-test";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  body: any;
}

export interface RunningApp {
  url: string;
  engine: Engine;
  /** What was logged so far, a string per event. */
  logged: string[];
  /** The first event that matches, as soon as it is logged. */
  log(pattern: RegExp): Promise<string>;
  /** A request; a body that is not a string is sent as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A request to a control route, with the token. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** The HTTP API on loopback, on a database of the test's own. Without a model retain stores chunks. */
export async function startApp(
  options: {
    llm?: ChatModel | null;
    testMode?: boolean;
    /** Where the test mode's clock begins. */
    clock?: string;
    idSeed?: string;
    /** In place of what is offline, or absent. */
    context?: Pick<Partial<EngineContext>, "embedder" | "reranker">;
    host?: string;
    /** Null: control routes ask for none. */
    token?: string | null;
    /** Upstream's variables. */
    environment?: Record<string, string>;
  } = {},
): Promise<RunningApp> {
  const { database } = await createTestDatabase();
  const logged: string[] = [];
  const events = new EventEmitter();
  const logger: Logger = {
    log: (level, message, fields) => {
      logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
      events.emit("logged");
    },
  };
  const log = async (pattern: RegExp) => {
    for (;;) {
      const found = logged.find((event) => pattern.test(event));
      if (found !== undefined) return found;
      await once(events, "logged");
    }
  };
  const testMode = options.testMode ?? true;
  const engine = new Engine(
    engineContext(
      database,
      {
        llm: options.llm ?? null,
        clock: testMode ? new FixedClock(options.clock) : systemClock,
        logger,
        testMode,
        idSeed: options.idSeed ?? null,
        ...options.context,
      },
      options.environment,
    ),
  );
  await engine.start();
  const app = createApp(engine, {
    secret: "secret",
    host: options.host ?? "127.0.0.1",
    token: options.token === undefined ? TOKEN : options.token,
  });
  const listener = await listen(app.fetch, { host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await listener.close(0);
    await engine.worker.stop();
  });
  const send: RunningApp["send"] = async (method, path, body, headers) => {
    const sent = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(listener.url + path, {
      method,
      redirect: "manual",
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(sent !== undefined && { body: sent }),
    });
    const text = await response.text();
    const answer = text === "" ? "" : JSON.parse(text);
    if (response.ok) await requireDeclared(method, path, response.status, answer);
    return { status: response.status, headers: response.headers, body: answer };
  };
  let check: AnswerCheck | undefined;
  /** Every answer of a test is what the server's own document says of it. */
  const requireDeclared = async (method: string, path: string, status: number, body: unknown) => {
    check ??= answerCheck(await (await fetch(`${listener.url}/openapi.json`)).text());
    const fault = check(method, path, status, body);
    if (fault) throw new Error(`The answer to ${method} ${path} is not what is declared: ${fault}`);
  };
  const control: RunningApp["control"] = (method, path, body) =>
    send(method, path, body, { [TOKEN_HEADER]: TOKEN });
  return { url: listener.url, engine, logged, log, send, control };
}

/** What is wrong and where, without the texts. */
export function faults(answer: Answer): [type: string, loc: (string | number)[]][] {
  return answer.body.detail.map(({ type, loc }: { type: string; loc: (string | number)[] }) => [type, loc]);
}
