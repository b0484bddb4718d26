import type { Context } from "hono";
import type { BankAddress } from "../engine/types.ts";
import { jsonAnswer, ValidationError } from "./answer.ts";
import { HttpError } from "./http-error.ts";
import { ignoredParams } from "./ignored-params.ts";
import { type Body, readBody } from "./validation/body.ts";
import type { ObjectOf, ObjectSchema } from "./validation/composites.ts";
import { holdsLoneSurrogates, mayHoldLoneSurrogates } from "./validation/lone-surrogates.ts";
import { parseQuery, type QueryFields } from "./validation/query.ts";
import { type Fault, INVALID, type Schema } from "./validation/schema.ts";

/**
 * hono's context, with what becomes known of a request: parameters that its route ignores, the path of the route, whether
 * its body has escapes of surrogates.
 */
export type AppEnvironment = {
  Variables: { ignoredParams?: string; endpoint?: string; escapes?: boolean };
};
export type RequestContext = Context<AppEnvironment>;

/** A valid request, before anybody has asked who sends it. */
export interface Sent<Query, Content> {
  query: Query;
  body: Content;
  /** A parameter of the path. */
  parameter(name: string): string;
  header(name: string): string | undefined;
}

/** A valid request of a caller who may send it, as a route's handler gets it. */
export interface Call<Query, Content> extends Sent<Query, Content> {
  /** The sandbox, and the bank that the path names by its own id or an alias: its own id here ("": none is named). */
  address: BankAddress;
  /** Aborts when the client goes, or the sandbox is closed. */
  signal: AbortSignal;
}

/**
 * A route: where it is, what it takes, and what it answers. A request passes, in this order: the validation of query and
 * body (422), `check`, the API key (401), `handle`.
 */
export interface RouteDefinition<Q extends QueryFields, Content, Checked, Answer> {
  /** The operation's name in the OpenAPI document; a route without one is no part of the API. */
  name?: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  /** The query's parameters; others are accepted and reported. */
  query?: Q;
  /** The body, which is required then, unless it is an `optionalBody`. */
  body?: ObjectSchema<Content>;
  /** Copes with texts that are no Unicode (halves of surrogate pairs); elsewhere they are refused. */
  anyText?: true;
  /** Answers without an API key: always, or these requests. */
  open?: true | ((sent: Sent<ObjectOf<Q>, NoInfer<Content>>) => boolean);
  /** The status of an answer that is no refusal (200). */
  status?: number;
  /**
   * What is refused before anybody asks for the key: what was removed or is switched off, ids that are no UUID, dates, what
   * is unprocessable for the route. What it returns is handed to `handle`.
   */
  check?(sent: Sent<ObjectOf<Q>, NoInfer<Content>>): Checked;
  /** What an answer that is no refusal holds. */
  answer?: Schema<Answer>;
  /** The type of an answer that is no JSON. */
  mediaType?: string;
  /** Whether a bank that does not exist is 404: said in the OpenAPI document only. */
  missing?: true;
  /** What it returns is the answer's JSON; a `Response` is the answer. */
  handle(
    call: Call<ObjectOf<Q>, NoInfer<Content>>,
    checked: NoInfer<Checked>,
  ): NoInfer<Answer> | Response | Promise<NoInfer<Answer> | Response>;
}

/** What lets a request to a bank in. */
export interface Admission {
  /** @throws HttpError 401 */
  authenticate(authorization: string | undefined): void;
  /** The address of the bank that has this id or alias. */
  resolve(name: string): Promise<BankAddress>;
  /** Runs what is done for it. */
  within<T>(address: BankAddress, work: () => T): T;
}

/** What the OpenAPI document says of a route. */
export interface RouteDescription {
  name: string | undefined;
  query: QueryFields;
  body: ObjectSchema<unknown> | undefined;
  answer: Schema<unknown> | undefined;
  status: number;
  open: boolean;
  mediaType: string | undefined;
  missing: boolean;
}

/** A route that is ready to be registered. */
export interface Route {
  method: string;
  path: string;
  description: RouteDescription;
  respond(context: RequestContext, admission: Admission, signal: AbortSignal): Promise<Response>;
}

export function route<
  // biome-ignore lint/complexity/noBannedTypes: a route without a query has no fields
  const Q extends QueryFields = {},
  Content = undefined,
  Checked = undefined,
  Answer = unknown,
>(definition: RouteDefinition<Q, Content, Checked, Answer>): Route {
  const { method, path, open = false, anyText = false, status = 200 } = definition;
  const { name, query = {}, body, answer, mediaType, missing = false } = definition;
  return {
    method,
    path,
    description: { name, query, body, answer, status, open: open === true, mediaType, missing },
    async respond(context, admission, signal) {
      const sent: Sent<ObjectOf<Q>, Content> = {
        ...(await readRequest(context, definition)),
        parameter: (name) => context.req.param(name) ?? "",
        header: (name) => context.req.header(name),
      };
      const checked = definition.check?.(sent) as Checked;
      const isOpen = typeof open === "function" ? open(sent) : open;
      if (!isOpen) admission.authenticate(sent.header("authorization"));
      const address = await admission.resolve(sent.parameter("bank_id"));
      if (!anyText && context.get("escapes") && holdsLoneSurrogates(sent.body)) {
        throw new HttpError(400, "A text holds half of a surrogate pair, which is no character");
      }
      const result = await admission.within(address, () =>
        definition.handle({ ...sent, address, signal }, checked),
      );
      return result instanceof Response ? result : jsonAnswer(status, result);
    },
  };
}

/**
 * Reads and checks query and body, and notes on the answer what the route does not know of them.
 * @throws ValidationError with all faults.
 */
async function readRequest<Q extends QueryFields, Content, Checked, Answer>(
  context: RequestContext,
  definition: RouteDefinition<Q, Content, Checked, Answer>,
): Promise<{ query: ObjectOf<Q>; body: Content }> {
  const params = new URL(context.req.url).searchParams;
  const body = definition.body ? await readContent(context) : undefined;
  const known = [...Object.keys(definition.query ?? {}), ...parametersOf(definition.path)];
  const isOptional = definition.body?.whenAbsent !== undefined;
  const keys = isOptional ? undefined : topLevel(context, body);
  const names = ignoredParams(params, known, keys, definition.body?.names ?? []);
  if (names) context.set("ignoredParams", names);
  if (body?.kind === "broken") throw new ValidationError([body.fault]);

  const faults: Fault[] = [];
  const query = parseQuery(definition.query ?? ({} as Q), params, faults);
  const content = definition.body ? parseContent(definition.body, body, faults) : undefined;
  if (query === INVALID || content === INVALID || faults.length > 0) throw new ValidationError(faults);
  return { query, body: content as Content };
}

async function readContent(context: RequestContext): Promise<Body> {
  const bytes = await context.req.arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, "There was an error parsing the body");
  }
  context.set("escapes", mayHoldLoneSurrogates(text));
  return readBody(text, context.req.header("content-type"));
}

function parseContent<Content>(schema: ObjectSchema<Content>, body: Body | undefined, faults: Fault[]) {
  if (body?.kind === "json") return schema.parse(body.value, ["body"], faults);
  if (body?.kind === "opaque") return schema.parse(body.text, ["body"], faults);
  if (schema.whenAbsent !== undefined) return schema.whenAbsent;
  faults.push({ type: "missing", loc: ["body"], msg: "Field required", input: null });
  return INVALID;
}

/** What keys are looked for in: bodies whose type begins so, as upstream does, whatever a route makes of them. */
function topLevel(context: RequestContext, body: Body | undefined): unknown {
  if (!context.req.header("content-type")?.startsWith("application/json")) return undefined;
  if (body?.kind === "json") return body.value;
  try {
    return body?.kind === "opaque" ? JSON.parse(body.text) : undefined;
  } catch {
    return undefined;
  }
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
}
