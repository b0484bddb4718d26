import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HindsightError } from "@vectorize-io/hindsight-client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { HindsightClient } from "../../src/client/hindsight-client.ts";
import { RequestError } from "../../src/client/request-error.ts";
import { TestkitError } from "../../src/errors/testkit-error.ts";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import type { StartedHindsightServer } from "../../src/server/started-server.ts";

let server: StartedHindsightServer;
let client: HindsightClient;
beforeAll(async () => {
  server = await HindsightServer.start({ apiKey: "secret-of-the-server" });
  client = new HindsightClient({ baseUrl: server.url, apiKey: "secret-of-the-server" });
});
afterAll(() => server?.stop());

async function failureOf(call: Promise<unknown>): Promise<RequestError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RequestError) return error;
  throw new Error(`This is no RequestError: ${error}`);
}

/** Some web server on loopback. @returns its URL. */
async function listen(answer: RequestListener): Promise<string> {
  const web: Server = createServer(answer).listen(0, "127.0.0.1");
  await once(web, "listening");
  onTestFinished(() => {
    web.closeAllConnections();
    web.close();
  });
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
}

describe("a refused request", () => {
  test("is an error of the official client and of the toolkit, which says what was asked and answered", async () => {
    const error = await failureOf(client.banks.get("no-such-bank"));
    const request = `GET ${server.url}/v1/default/banks/no-such-bank/config`;
    expect(error).toBeInstanceOf(HindsightError);
    expect(TestkitError.is(error, "REQUEST_FAILED")).toBe(true);
    expect(error).toMatchObject({
      statusCode: 404,
      details: "Bank 'no-such-bank' not found",
      request,
      what: `${request} answered 404: Bank 'no-such-bank' not found`,
    });
    expect(error.message).toMatch(/^\[hindsight-testkit REQUEST_FAILED\] GET /);
    expect(error.message).toMatch(/What to do: .*404 a bank.*\n {2}More: .*#request_failed$/s);
  });

  test("names every field that is wrong", async () => {
    const created = client.mentalModels.create("bank", { name: "n", sourceQuery: "q", maxTokens: 1 });
    const { statusCode, details, what } = await failureOf(created);
    expect(statusCode).toBe(422);
    expect(details).toMatchObject([{ loc: ["body", "max_tokens"] }]);
    expect(what).toMatch(/answered 422: body\.max_tokens: Input should be greater than or equal to 256/);
  });

  test("is the same of the official client's own methods, of those too that leave the status out there", async () => {
    expect(await failureOf(client.listMemories("no-such-bank"))).toMatchObject({ statusCode: 404 });
    expect(await failureOf(client.deleteDocument("bank", "no-such"))).toMatchObject({ statusCode: 404 });
    expect(await client.getDocument("bank", "no-such")).toBeNull();
    expect(await failureOf(client.retainFiles("bank", [new File(["x"], "a.txt")]))).toMatchObject({
      statusCode: 501,
    });
  });

  test("for want of the key says so, and does not show one", async () => {
    for (const apiKey of [undefined, "wrong-key"]) {
      const stranger = new HindsightClient({ baseUrl: server.url, ...(apiKey && { apiKey }) });
      const error = await failureOf(stranger.banks.list());
      expect(error).toMatchObject({ statusCode: 401, what: expect.stringMatching(/Invalid API key/) });
      expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/wrong-key|secret-of/);
    }
  });
});

describe("no answer", () => {
  test("tells what the connection failed by", async () => {
    await using gone = await HindsightServer.start();
    const left = new HindsightClient({ baseUrl: gone.url });
    await left.banks.create("bank");
    await gone.stop();
    const calls = [() => left.banks.list(), () => left.retain("bank", "x"), () => left.deleteBank("bank")];
    for (const call of calls) {
      const error = await failureOf(call());
      expect(error).toMatchObject({
        code: "SERVER_UNREACHABLE",
        statusCode: undefined,
        cause: { code: "ECONNREFUSED" },
        what: expect.stringContaining(`was not answered: connect ECONNREFUSED ${new URL(gone.url).host}`),
      });
    }
  });

  test("to a call that was given up rejects with the reason for that", async () => {
    const reason = new Error("no longer wanted");
    const signal = AbortSignal.abort(reason);
    await expect(client.banks.list({ signal })).rejects.toBe(reason);
    await expect(client.recall("bank", "q", { signal })).rejects.toBe(reason);
    const url = await listen(() => controller.abort(reason));
    const controller = new AbortController();
    const call = new HindsightClient({ baseUrl: url }).operations.list("bank", { signal: controller.signal });
    await expect(call).rejects.toBe(reason);
  });

  test("of a web page in place of a Hindsight server is not taken for one", async () => {
    const url = await listen((_, answer) => {
      answer.setHeader("content-type", "text/html").end("<h1>It works</h1>");
    });
    const page = new HindsightClient({ baseUrl: url });
    const calls = [
      () => page.banks.list(),
      () => page.recall("bank", "q"),
      () => page.documents.get("bank", "d"),
    ];
    for (const call of calls) {
      expect(await failureOf(call())).toMatchObject({
        code: "REQUEST_FAILED",
        what: expect.stringMatching(
          /answered 200 with text\/html in place of JSON: is this a Hindsight server/,
        ),
      });
    }
  });
});

describe("what is not sent at all", () => {
  test("an id that would make the path another one: '..' for a document would delete its bank", async () => {
    await client.banks.create("kept");
    for (const id of ["..", ".", ""]) {
      const refused = { code: "INVALID_OPTION", what: expect.stringContaining("document_id") };
      await expect(client.documents.delete("kept", id)).rejects.toMatchObject(refused);
      await expect(client.deleteDocument("kept", id)).rejects.toMatchObject(refused);
      await expect(client.banks.delete(id)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    }
    expect((await client.banks.get("kept")).name).toBe("kept");
    await client.retain("kept", "The ferry is blue.", { documentId: "../x?y#z%2e" });
    expect(await client.documents.get("kept", "../x?y#z%2e")).toMatchObject({ id: "../x?y#z%2e" });
  });

  test("a mental model of nothing", async () => {
    // @ts-expect-error one of the two is needed
    const created = client.mentalModels.create("bank", { name: "Nothing" });
    await expect(created).rejects.toMatchObject({
      code: "INVALID_OPTION",
      what: expect.stringMatching(/"Nothing" has neither `content` nor `sourceQuery`/),
    });
  });

  test.each([
    ["nothing", undefined],
    ["no URL", "localhost:8888"],
    ["another scheme", "ftp://127.0.0.1/"],
    ["a password", "http://me:hunter2@127.0.0.1:8888"],
    ["a query", "http://127.0.0.1:8888/?x=1"],
  ])("to a base URL that is %s", (_, baseUrl) => {
    let error: unknown;
    try {
      // @ts-expect-error undefined is among them
      new HindsightClient({ baseUrl });
    } catch (reason) {
      error = reason;
    }
    expect(TestkitError.is(error, "INVALID_OPTION")).toBe(true);
    expect(String(error)).toMatch(/`baseUrl`/);
    expect(String(error)).not.toMatch(/hunter2/);
  });

  test("the slash at the end of a base URL", async () => {
    const slashed = new HindsightClient({ baseUrl: `${server.url}//`, apiKey: "secret-of-the-server" });
    await slashed.banks.create("slashed");
    expect((await slashed.banks.get("slashed")).name).toBe("slashed");
  });
});

describe("a mental model whose text is ignored", () => {
  /** The server as one that does not know the field, as upstream's: what it makes is real. */
  async function withoutContent({ keeps }: { keeps: boolean }): Promise<HindsightClient> {
    const url = await listen(async (request, answer) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || "{}");
      const isCreation = request.method === "POST" && request.url?.endsWith("/mental-models");
      const isRemoval = request.method === "DELETE" && request.url?.includes("/mental-models/");
      if (isRemoval && keeps) return void answer.writeHead(503).end('{"detail":"busy"}');
      if (isCreation) delete body.content;
      const method = request.method ?? "GET";
      const passed = await fetch(`${server.url}${request.url}`, {
        method,
        headers: { "content-type": "application/json", authorization: "Bearer secret-of-the-server" },
        ...(method !== "GET" && { body: JSON.stringify(body) }),
      });
      answer.setHeader("content-type", "application/json");
      if (isCreation) answer.setHeader("x-ignored-params", "content");
      answer.writeHead(passed.status).end(await passed.text());
    });
    return new HindsightClient({ baseUrl: url });
  }
  const model = { id: "preferences", name: "Preferences", content: "Dark mode", sourceQuery: "What?" };

  test("is removed again, and the call says so", async () => {
    const other = await withoutContent({ keeps: false });
    await expect(other.mentalModels.create("ignoring", model)).rejects.toMatchObject({
      code: "CONTENT_IGNORED",
      what: 'The server made mental model "preferences" of bank "ignoring" without its `content`; it was removed again.',
    });
    await expect(client.mentalModels.get("ignoring", "preferences")).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  test("is named where it could not be removed", async () => {
    const other = await withoutContent({ keeps: true });
    await expect(other.mentalModels.create("keeping", model)).rejects.toMatchObject({
      code: "CONTENT_IGNORED",
      what: expect.stringContaining('`mentalModels.delete("keeping", "preferences")`'),
      cause: { statusCode: 503 },
    });
    expect(await client.mentalModels.get("keeping", "preferences")).toMatchObject({ name: "Preferences" });
  });

  test("and without a query none is made", async () => {
    const other = await withoutContent({ keeps: false });
    const { sourceQuery: _, ...alone } = model;
    await expect(other.mentalModels.create("refusing", alone)).rejects.toMatchObject({
      code: "CONTENT_IGNORED",
      cause: { statusCode: 422 },
    });
  });

  test("one with an id that is taken is left alone", async () => {
    const other = await withoutContent({ keeps: false });
    await client.mentalModels.create("taken", { ...model, name: "The first" });
    await expect(other.mentalModels.create("taken", model)).rejects.toMatchObject({ statusCode: 409 });
    expect(await client.mentalModels.get("taken", "preferences")).toMatchObject({ name: "The first" });
  });
});
