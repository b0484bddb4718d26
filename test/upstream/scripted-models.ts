/** The models that upstream's server is recorded with: they answer by what they are asked, in any order. */
import type { Script, ScriptedRequest } from "../gateway/scripted-openai.ts";

const DIMENSION = 64;

interface ChatRequest {
  messages: { role: string; content: string | null; tool_calls?: { function: { name: string } }[] }[];
  tools?: { function: { name: string } }[];
}

export const scriptedModels: Script = (request, n) => {
  if (request.path.endsWith("/embeddings")) return { status: 200, body: embed(request) };
  if (request.path.endsWith("/rerank")) return { status: 200, body: rerank(request) };
  const { messages, tools } = request.body as ChatRequest;
  if (tools) return reflect(messages, tools, n);
  const all = messages.map(({ content }) => content ?? "").join("\n");
  if (all.includes("You are a memory consolidation system")) {
    return { content: JSON.stringify(consolidate(messages.at(-1)?.content ?? "")) };
  }
  if (all.includes("\nContent:\n"))
    return { content: JSON.stringify(extract(messages.at(-1)?.content ?? "")) };
  return { content: "Mara repairs boats in Kiel." };
};

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** A bag of words. */
function embed({ body }: ScriptedRequest) {
  const { input, encoding_format: format } = body as { input: string | string[]; encoding_format?: string };
  const data = [input].flat().map((text, index) => {
    const vector = new Float32Array(DIMENSION).fill(0.01);
    for (const word of words(text)) {
      let hash = 0;
      for (const letter of word) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
      const place = hash % DIMENSION;
      vector[place] = (vector[place] ?? 0) + 1;
    }
    const length = Math.hypot(...vector);
    const unit = vector.map((value) => value / length);
    const embedding = format === "base64" ? Buffer.from(unit.buffer).toString("base64") : [...unit];
    return { object: "embedding", index, embedding };
  });
  return { object: "list", data, model: "scripted", usage: { prompt_tokens: 1, total_tokens: 1 } };
}

function rerank({ body }: ScriptedRequest) {
  const { query, texts } = body as { query: string; texts: string[] };
  const asked = new Set(words(query));
  return texts.map((text, index) => {
    const hits = new Set(words(text).filter((word) => asked.has(word)));
    return { index, score: hits.size / (asked.size + 1) };
  });
}

/** Every sentence is a fact. */
function extract(prompt: string) {
  const text = prompt.slice(prompt.lastIndexOf("\nContent:\n") + "\nContent:\n".length);
  const sentences = text.match(/[A-Z][^.!?\n]*\./g) ?? [];
  const facts = sentences.map((what) => ({
    what,
    when: "N/A",
    where: "N/A",
    who: "N/A",
    why: "N/A",
    fact_kind: "conversation",
    fact_type: "world",
    entities: (what.match(/\b[A-Z]\w+/g) ?? []).map((name) => ({ text: name })),
  }));
  return { facts };
}

/** A fact about somebody of whom an observation speaks already changes it; any other is a new one. */
function consolidate(prompt: string) {
  const [facts = "", known = ""] = prompt.split("### Existing observations");
  const observations = JSON.parse(/\[[\s\S]*\]/.exec(known)?.[0] ?? "[]") as { id: string; text: string }[];
  const creates = [];
  const updates = [];
  for (const [, id, text = ""] of facts.matchAll(/^\[([0-9a-f-]{36})\] ([^.(|]*)/gm)) {
    const who = words(text)[0] ?? "";
    const own = observations.find((observation) => words(observation.text).includes(who));
    const change = { text: `It is known: ${text.trim()}.`, source_fact_ids: [id], reason: "scripted" };
    if (own) updates.push({ ...change, observation_id: own.id, current_text: own.text });
    else creates.push(change);
  }
  return { creates, updates, deletes: [] };
}

/** Searches as far as it is let, then cites a part of what it was shown: with no valid citation, upstream cites all. */
function reflect(messages: ChatRequest["messages"], tools: NonNullable<ChatRequest["tools"]>, n: number) {
  const call = (name: string, args: object) => ({
    content: null,
    toolCalls: [{ id: `call_${n}_${process.hrtime.bigint()}`, name, arguments: JSON.stringify(args) }],
  });
  const called = messages.flatMap(({ tool_calls: calls = [] }) => calls.map((made) => made.function.name));
  const offered = tools.map((tool) => tool.function.name);
  const next = ["search_observations", "recall"].find(
    (name) => offered.includes(name) && !called.includes(name),
  );
  if (next !== undefined) return call(next, { reason: "scripted", query: "Mara boats" });
  const shown = messages.flatMap(({ role, content }) => (role === "tool" ? [content ?? ""] : [])).join("\n");
  const cited = [...shown.matchAll(/"id": "([fo]\d+)", "text": "([^"]*)"/g)]
    .filter(([, , text = ""]) => text.includes("Kiel"))
    .map(([, name = ""]) => name);
  const ids = {
    memory_ids: cited.filter((name) => name.startsWith("f")),
    observation_ids: cited.filter((name) => name.startsWith("o")),
    mental_model_ids: [],
  };
  const finish = offered.includes("done") ? "done" : (offered[0] ?? "");
  return call(finish, { answer: "Mara repairs boats in Kiel.", answer_found: true, ...ids });
}
