import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** One answer of a scripted service. */
export type ServiceAnswer =
  | { status?: number; headers?: Record<string, string>; body: unknown }
  /** Begins an answer, and breaks the connection in the middle of it. */
  | { breaks: true }
  /** Takes the request and never answers. */
  | { hangs: true };

export interface ServiceRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Of JSON; undefined without a body. */
  body: unknown;
}

export interface ScriptedService {
  url: string;
  /** In the order of their arrival. */
  requests: ServiceRequest[];
  /** Resolves when the first request has arrived. */
  firstRequest: Promise<void>;
  /** Resolves when a client has broken off a request that hangs. */
  brokenOff: Promise<void>;
}

/** A service of JSON on loopback, answered by `answer`; closed when the calling test ends. */
export async function startScriptedService(
  answer: (request: ServiceRequest, count: number) => ServiceAnswer,
): Promise<ScriptedService> {
  const requests: ServiceRequest[] = [];
  let breakOff = () => {};
  const brokenOff = new Promise<void>((resolve) => {
    breakOff = resolve;
  });
  let arrive = () => {};
  const firstRequest = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const server = createServer(async (request, response) => {
    response.on("close", () => {
      if (!response.writableEnded) breakOff();
    });
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const received: ServiceRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
    requests.push(received);
    arrive();
    const reply = answer(received, requests.length);
    if ("hangs" in reply) return;
    if ("breaks" in reply) {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"data":[', () => request.socket.destroy());
      return;
    }
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, firstRequest, brokenOff };
}
