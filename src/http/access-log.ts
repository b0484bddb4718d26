import type { MiddlewareHandler } from "hono";
import type { Logger } from "../engine/logger.ts";

/** A request as the log names it: its method and path, and the sandbox that it is in. */
export function logged(request: { method: string; path: string }): {
  message: string;
  sandbox: string | undefined;
} {
  const [, sandbox, path = ""] = /^(?:\/sandbox\/([^/]+))?(.*)$/s.exec(request.path) ?? [];
  return { message: `${request.method} ${path}`, sandbox };
}

/** Logs every request when it is answered. */
export function accessLog(logger: Logger): MiddlewareHandler {
  return async (context, next) => {
    const began = performance.now();
    await next();
    const { message, sandbox } = logged({ method: context.req.raw.method, path: context.req.path });
    const ms = Math.round(performance.now() - began);
    logger.log("info", message, { sandbox, status: context.res.status, ms });
  };
}
