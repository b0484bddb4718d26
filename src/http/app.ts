import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { PROOF_HEADERS, TESTKIT_PREFIX, TOKEN_HEADER } from "../daemon-protocol.ts";
import { signChallenge } from "../daemon-signature.ts";
import { resolveBank } from "../engine/banks/aliases.ts";
import type { Engine } from "../engine/engine.ts";
import { releaseWork } from "../engine/operations/release.ts";
import { accessLog, logged } from "./access-log.ts";
import { errorAnswer, refusal } from "./answer.ts";
import { apiRoutes } from "./api-routes.ts";
import { authenticate } from "./authentication.ts";
import { compression } from "./compression.ts";
import { hostCheck } from "./host-check.ts";
import { IGNORED_PARAMS } from "./ignored-params.ts";
import { Metrics } from "./metrics.ts";
import { pathTemplate, routePath } from "./path.ts";
import { isReadAgain } from "./repeated-reads.ts";
import type { Admission, AppEnvironment, RequestContext, Route } from "./route.ts";
import { controlRoutes } from "./routes/control.ts";
import { controlLlmRoutes } from "./routes/control-llm.ts";
import { documentationRoutes } from "./routes/documentation.ts";
import { unmatched } from "./unmatched.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const SANDBOX = "/sandbox/:sandbox_id";

export interface AppOptions {
  /** The address that the server listens on; requests must name it, or loopback. */
  host: string;
  /** What a caller of a control route proves itself with; null: nothing. */
  token: string | null;
  /** What the server proves with that it is the one that was started; null: it is not asked to. */
  secret: string | null;
}

/** Hindsight's HTTP API on an engine; in test mode also below `/sandbox/<id>`, with the harness's control routes. */
export function createApp(engine: Engine, options: AppOptions): Hono<AppEnvironment> {
  const { testMode, logger, settings } = engine.context;
  const { apiKey, basePath, gzipMinSize } = settings.http;
  const app = new Hono<AppEnvironment>({
    getPath: (request) => routePath(new URL(request.url).pathname, basePath),
  });
  const metrics = new Metrics(engine.context);
  const api = apiRoutes(engine, metrics);
  const routes = [...api, ...documentationRoutes(api, basePath)];
  const answerUnmatched = unmatched(routes, { basePath, sandboxes: testMode });
  app.use(accessLog(logger));
  app.use(metrics.middleware());
  app.use(compression(gzipMinSize));
  app.use(hostCheck(options.host));
  const { secret } = options;
  if (secret !== null) {
    app.use(async (context, next) => {
      await next();
      const challenge = context.req.header(PROOF_HEADERS.challenge);
      if (challenge !== undefined) context.header(PROOF_HEADERS.proof, signChallenge(secret, challenge));
    });
  }
  app.use(
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => refusal(413, "The body is larger than 64 MiB") }),
  );

  /** Registers a route; `around` runs it in its sandbox. */
  const register = (prefix: string, route: Route, around: (context: RequestContext) => Promise<Response>) => {
    app.on(route.method, prefix + route.path, async (context) => {
      // hono lets GET routes answer HEAD.
      if (context.req.raw.method !== route.method) return answerUnmatched(context);
      context.set("endpoint", pathTemplate(route.path));
      const response = await around(context).catch((error: unknown) => {
        const answer = errorAnswer(error, context.req.raw.signal);
        if (answer.status >= 500 && answer.status !== 501) {
          const { message, sandbox } = logged(context.req);
          logger.log("error", `${message} failed`, { sandbox, error: describe(error) });
        }
        return answer;
      });
      const ignored = context.get("ignoredParams");
      if (ignored) response.headers.set(IGNORED_PARAMS, ignored);
      return response;
    });
  };
  const admission = (sandboxId: string): Admission => ({
    authenticate: (authorization) => authenticate(authorization, apiKey),
    resolve: (bankId) => resolveBank(engine.context, { sandboxId, bankId }),
    within: (address, work) => engine.within(address, work),
  });
  const inSandbox = (route: Route) => async (context: RequestContext) => {
    const sandboxId = context.req.param("sandbox_id") ?? "";
    if (sandboxId !== "") await engine.sandboxes.requireOpen(sandboxId);
    const { heldWork } = engine.context;
    if (await isReadAgain(heldWork, sandboxId, route, context))
      await releaseWork(engine.context, { sandboxId });
    return engine.context.clock.within(sandboxId, () =>
      engine.activity.run(sandboxId, context.req.raw.signal, (signal) =>
        route.respond(context, admission(sandboxId), signal),
      ),
    );
  };
  for (const route of routes) {
    register("", route, inSandbox(route));
    if (testMode) register(SANDBOX, route, inSandbox(route));
  }
  if (testMode) {
    app.use(`${TESTKIT_PREFIX}/*`, async (context, next) => {
      if (options.token !== null && context.req.header(TOKEN_HEADER) !== options.token) {
        return refusal(401, `The header ${TOKEN_HEADER} is missing or wrong`);
      }
      return next();
    });
    for (const route of [...controlRoutes(engine), ...controlLlmRoutes(engine)]) {
      register("", route, (context) => route.respond(context, admission(""), context.req.raw.signal));
    }
  }
  app.notFound(answerUnmatched);
  app.onError((error, context) => {
    logger.log("error", "a request failed", { path: context.req.path, error: describe(error) });
    return errorAnswer(error, context.req.raw.signal);
  });
  return app;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
