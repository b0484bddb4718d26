import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";

/** No answer that we ask for is longer; whoever sends more is no Hindsight server. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * Sends a request and reads the answer. Over node:http: `fetch` may be mocked by tests, and goes through proxies in newer Node.
 * Redirects are not followed.
 *
 * @throws Error when nothing answers; what the signal says.
 */
export function ask(
  url: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: object | undefined;
    signal: AbortSignal;
  },
): Promise<Answer> {
  const { method = "GET", headers = {}, body, signal } = options;
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => reject(signal.aborted ? signal.reason : error);
    const sent = send(
      url,
      {
        method,
        // Nothing is kept open for a next request that may never come.
        agent: false,
        signal,
        headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on("data", (part: Buffer) => {
          length += part.byteLength;
          if (length > MAX_ANSWER_BYTES) response.destroy(new Error("the answer is too long"));
          parts.push(part);
        });
        response.on("error", failed);
        response.on("end", () => {
          const { statusCode: status = 0, headers: received } = response;
          resolve({ status, headers: received, text: Buffer.concat(parts).toString() });
        });
      },
    );
    sent.once("error", failed);
    sent.end(body && JSON.stringify(body));
  });
}
