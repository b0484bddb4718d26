import { openApiDocument } from "../openapi/document.ts";
import { documentPage } from "../openapi/page.ts";
import { type Route, route } from "../route.ts";
import { API_VERSION } from "./monitoring.ts";

/** The server's own description of its routes, for programs and for people. */
export function documentationRoutes(routes: readonly Route[], basePath: string): Route[] {
  // Made when it is first asked for: a start need not wait for it.
  let made: { json: string; page: string } | undefined;
  const documentation = () => {
    if (!made) {
      const document = openApiDocument(routes, { version: API_VERSION, basePath });
      made = {
        json: JSON.stringify(document),
        page: documentPage(document, `${basePath}/openapi.json`),
      };
    }
    return made;
  };
  const sent = (text: string, type: string) => new Response(text, { headers: { "content-type": type } });
  return [
    route({
      method: "GET",
      path: "/openapi.json",
      open: true,
      handle: () => sent(documentation().json, "application/json"),
    }),
    route({
      method: "GET",
      path: "/docs",
      open: true,
      handle: () => sent(documentation().page, "text/html; charset=utf-8"),
    }),
  ];
}
