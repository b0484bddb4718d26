/** The gateway as an HTTP server sees it: which addresses there are, who may call them, and how answers are given. */
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type Answer, jsonAnswer, openAiError } from "./answer.ts";
import type { Wire } from "./wire/wire.ts";
import { PROBES, WIRES } from "./wire/wires.ts";

/** Our servers say in a header which sandbox a call is of; whoever cannot has it in the address. */
const PREFIXES = ["/slot/:slot", "/slot/:slot/sandbox/:sandbox"];
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

type GatewayEnvironment = { Bindings: HttpBindings };
export type GatewayContext = Context<GatewayEnvironment>;

/** @param answer what a call to an API is answered. */
export function gatewayRoutes(
  answer: (wire: Wire, context: GatewayContext) => Promise<Answer>,
): Hono<GatewayEnvironment> {
  const app = new Hono<GatewayEnvironment>();
  // Web pages can send requests to loopback too; in record mode these would spend the user's key.
  app.use(async (context, next) => {
    const foreign =
      !LOOPBACK.test(context.req.header("host") ?? "") || context.req.header("origin") !== undefined;
    return foreign ? respond(refusal(403, "forbidden", "This server is for local programs only.")) : next();
  });
  const served: string[] = [];
  for (const prefix of PREFIXES) {
    for (const wire of WIRES) {
      const handle = async (context: GatewayContext) =>
        respond(await answer(wire, context), () => context.env.outgoing.destroy());
      app.post(`${prefix}${wire.base}${wire.route}`, handle);
      if (wire.version) app.post(`${prefix}${wire.base}/:version{v\\d\\w*}${wire.route}`, handle);
    }
    for (const [path, probe] of Object.entries(PROBES)) app.get(prefix + path, () => respond(probe()));
  }
  for (const { base, route, version = "" } of WIRES) served.push(`POST ${base}${version}${route}`);
  for (const path of Object.keys(PROBES)) served.push(`GET ${path}`);
  app.notFound(({ req }) => {
    const message = `${req.method} ${req.path} is not served. Below /slot/<slot> there are: ${served.join(", ")}.`;
    return respond(refusal(404, "not_found", message));
  });
  return app;
}

/** To a request that reached no API. */
function refusal(status: number, code: string, message: string): Answer {
  return jsonAnswer(status, openAiError(code, `[hindsight-testkit] ${message}`));
}

/** @param breakOff ends the connection: what the provider has broken off must not look complete. */
function respond({ status, headers, body }: Answer, breakOff = () => {}): Response {
  // A status such as 204 allows no body, not even an empty one.
  if (typeof body === "string") return new Response(body === "" ? null : body, { status, headers });
  const stream = ReadableStream.from(whole(body, breakOff)).pipeThrough(new TextEncoderStream());
  return new Response(stream, { status, headers });
}

/** An error of the stream itself would be printed by the adapter, as if it were ours. */
async function* whole(body: AsyncIterable<string>, breakOff: () => void): AsyncGenerator<string> {
  try {
    yield* body;
  } catch {
    breakOff();
  }
}
