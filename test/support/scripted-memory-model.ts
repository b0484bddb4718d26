import type { Script } from "../gateway/scripted-openai.ts";

interface ChatRequest {
  model: string;
  messages: { role: string; content: string | null }[];
  tools?: { function: { name: string } }[];
  tool_choice?: "required" | "auto" | { function: { name: string } };
}

/** Sentences that the model takes for facts, in the texts of tests. */
const FACT = /Fact [^.:]+: [^."\n]+\./g;
const NEW_FACT = /^\[([0-9a-f-]{36})\] (.*?)(?: \(\w+=.*)?$/gm;

/**
 * A language model for the memory's own calls: a fact for every `Fact …: ….` of a text, an observation for every new fact, and
 * reflections that search, then cite the first of what they were shown.
 */
export const memoryModel: Script = ({ body }) => {
  const request = body as ChatRequest;
  const last = request.messages.at(-1)?.content ?? "";
  if (request.tools) return turn(request);
  const facts = last.slice(last.indexOf("# New facts"));
  return {
    content: JSON.stringify(
      facts.length > 1 && last.includes("# New facts") ? consolidate(facts) : extract(last),
    ),
  };
};

function extract(text: string) {
  const facts = [...new Set(text.match(FACT) ?? [])].map((what) => ({
    what,
    when: "N/A",
    where: "N/A",
    who: "N/A",
    why: "N/A",
    fact_kind: "conversation",
    fact_type: "world",
    entities: [],
  }));
  return { facts };
}

function consolidate(facts: string) {
  const creates = [...facts.matchAll(NEW_FACT)].map(([, id, text]) => ({
    text: `It was noted: ${text}`,
    source_fact_ids: [id],
  }));
  return { creates };
}

function turn({ tools = [], tool_choice: choice, messages }: ChatRequest) {
  const offered = tools.map(({ function: { name } }) => name);
  const forced =
    typeof choice === "object" ? choice.function.name : offered.length === 1 ? offered[0] : undefined;
  const question = messages.find(({ role }) => role === "user")?.content ?? "";
  if (forced === undefined) return call("answer_ready", { answer_found: true });
  if (forced !== "done") return call(forced, { reason: "to know", query: question.slice(-200) });
  return call("done", {
    answer: "The first of what is known.",
    memory_ids: ["f1"],
    observation_ids: ["o1"],
    mental_model_ids: [],
    answer_found: true,
  });
}

function call(name: string, args: unknown) {
  const id = `call_${process.hrtime.bigint()}`;
  return { content: null, toolCalls: [{ id, name, arguments: JSON.stringify(args) }] };
}
