import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { ATTRIBUTION_HEADERS } from "../../src/daemon-protocol.ts";
import { startGateway } from "./gateway-fixture.ts";
import type { Script } from "./scripted-openai.ts";

/** Three numbers that hang on the text alone. */
function vectorOf(text: string): Float32Array {
  return Float32Array.of(text.length / 7, (text.codePointAt(0) ?? 0) / 3, 0.1);
}

const embeddings: Script = ({ body }) => {
  const { input, encoding_format: format } = body as { input: string | string[]; encoding_format?: string };
  const data = [input].flat().map((text, index) => ({
    object: "embedding",
    index,
    embedding:
      format === "base64" ? Buffer.from(vectorOf(text).buffer).toString("base64") : [...vectorOf(text)],
  }));
  // A provider may answer in any order.
  return {
    status: 200,
    body: { object: "list", data: data.reverse(), usage: { prompt_tokens: 2 * data.length } },
  };
};

type Fixture = Awaited<ReturnType<typeof startGateway>>;

/** As the official client asks: in base64, unless told otherwise. */
async function embed(f: Fixture, input: string | string[], format?: "float" | "base64") {
  const client = new OpenAI({
    baseURL: f.gateway.baseUrl("1"),
    apiKey: "unused",
    maxRetries: 0,
    defaultHeaders: { [ATTRIBUTION_HEADERS.sandbox]: "test", [ATTRIBUTION_HEADERS.scope]: "embedding" },
  });
  const { data, usage } = await client.embeddings.create({
    model: "e",
    input,
    ...(format && { encoding_format: format }),
  });
  return { vectors: data.map(({ embedding }) => embedding), tokens: usage.prompt_tokens };
}

const TEXTS = Array.from({ length: 16 }, (_, n) => `text ${"x".repeat(n)}`);
const VECTORS = TEXTS.map((text) => [...vectorOf(text)]);

describe("embeddings", () => {
  test("leave those of a cassette alone whose name begins alike", async () => {
    const f = await startGateway({ script: embeddings });
    for (const name of ["agent.v2", "agent"]) {
      await f.gateway.beginTest({ ...f.test("record"), cassette: f.path(name) });
      await embed(f, name);
      await f.end();
    }
    await f.gateway.beginTest({ ...f.test("replay"), cassette: f.path("agent.v2") });
    expect((await embed(f, "agent.v2")).vectors).toEqual([[...vectorOf("agent.v2")]]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("recorded as 16 texts replay as 1 + 15, in either format", async () => {
    const f = await startGateway({ script: embeddings });
    await f.record("test", async () => {
      expect(await embed(f, TEXTS)).toEqual({ vectors: VECTORS, tokens: 32 });
    });
    await f.provider.close();
    await f.begin("replay");
    expect(await embed(f, TEXTS.slice(0, 1))).toEqual({ vectors: VECTORS.slice(0, 1), tokens: 2 });
    expect((await embed(f, TEXTS.slice(1), "float")).vectors).toEqual(VECTORS.slice(1));
    expect((await embed(f, TEXTS[3] ?? "")).vectors).toEqual([VECTORS[3]]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("stand as float32 beside the cassette, and one recording replaces the other", async () => {
    const f = await startGateway({ script: embeddings });
    const files = async () => (await readdir(dirname(f.path()))).sort();
    await f.record("test", () => embed(f, ["a", "b", "a"]));
    const [first = ""] = (await files()).filter((file) => file.endsWith(".f32"));
    expect(await f.read()).toMatch(/"vector":\{"at":0,"length":3\}/);
    await f.record("test", () => embed(f, ["a", "c"]));
    expect(await files()).toEqual([expect.stringMatching(/^test\.[0-9a-f]{16}\.f32$/), "test.jsonl"]);
    expect(await files()).not.toContain(first);
  });

  test("texts that differ in their ids alone have each its own vector", async () => {
    const f = await startGateway({ script: embeddings });
    const texts = ["1", "2"].map((n) => `${n.repeat(8)}-1111-4111-8111-111111111111 is a ticket`);
    await f.record("test", () => embed(f, texts));
    await f.begin("replay");
    expect((await embed(f, texts.toReversed())).vectors).toEqual(
      texts.toReversed().map((text) => [...vectorOf(text)]),
    );
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("a text that is not recorded is the miss, not its batch", async () => {
    const f = await startGateway({ script: embeddings });
    await f.record("test", () => embed(f, ["a", "b"]));
    await f.begin("replay");
    await expect(embed(f, ["a", "new", "b"])).rejects.toThrow(/not in the test's cassette/);
    const { misses } = await f.end();
    expect(misses).toHaveLength(1);
    expect(misses[0]?.report).toContain("new");
  });

  test("in `auto` only what is missing is asked for", async () => {
    const f = await startGateway({ script: embeddings });
    await f.record("test", () => embed(f, ["a", "b"]));
    await f.begin("auto");
    const texts = ["a", "new", "b"];
    expect((await embed(f, texts)).vectors).toEqual(texts.map((text) => [...vectorOf(text)]));
    expect(f.provider.requests.at(-1)?.body).toMatchObject({ input: ["new"] });
    await f.end();
    await f.begin("replay");
    await embed(f, ["new", "b", "a"]);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
  });

  test("an answer that lacks a vector is passed on, and not recorded", async () => {
    const f = await startGateway({ script: () => ({ status: 200, body: { data: [{ embedding: [1] }] } }) });
    const { written } = await f.record("test", () => embed(f, ["a", "b"], "float").catch(() => {}));
    expect(written).toBeNull();
  });

  test("an answer whose vectors are of other texts is not recorded as theirs", async () => {
    const data = [1, 2].map((index) => ({ index, embedding: [index] }));
    const f = await startGateway({ script: () => ({ status: 200, body: { data } }) });
    const { written } = await f.record("test", () => embed(f, ["a", "b"], "float").catch(() => {}));
    expect(written).toBeNull();
  });

  test("of texts that differ in their ids alone are told apart", async () => {
    const [a, b] = ["0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"];
    const [newA, newB] = ["a3bb189e-8bf9-4c4b-ae62-1c1d9bbd9d3a", "16fd2706-8baf-433b-82eb-8c7fada847da"];
    const f = await startGateway({ script: embeddings });
    let recorded: unknown;
    await f.record("test", async () => {
      recorded = (await embed(f, [`${a} tea`, `${b} tea`, `${a} tea`])).vectors;
    });
    await f.begin("replay");
    expect((await embed(f, [`${newA} tea`, `${newB} tea`, `${newA} tea`])).vectors).toEqual(recorded);
    expect(await f.end()).toMatchObject({ misses: [], unused: [] });
    await f.begin("replay");
    await embed(f, [`${newA} tea`]);
    expect((await f.end()).unused).toMatchObject([{ recorded: 2, asked: 1 }]);
  });

  test("without the file beside it the cassette is invalid", async () => {
    const f = await startGateway({ script: embeddings });
    await f.record("test", () => embed(f, ["a"]));
    const directory = dirname(f.path());
    for (const file of await readdir(directory)) {
      if (file.endsWith(".f32")) await rm(join(directory, file));
    }
    await expect(f.begin("replay")).rejects.toThrow(/CASSETTE_INVALID.*f32 is missing/);
  });
});
