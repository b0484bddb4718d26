// An OpenAI-compatible model whose answers are written here. It stands for a real provider while the cassette is recorded.
import { createServer } from "node:http";

/** Starts the model on loopback; resolves to its base URL and what ends it. */
export async function startScriptedModel() {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString());
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(completion(body.model, answer(body))));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${server.address().port}/v1`,
    close: () => server.close(),
  };
}

/** Extraction or consolidation when no tools are offered; otherwise a turn of reflect's agent. */
function answer({ messages, tools = [] }) {
  const offered = tools.map((tool) => tool.function.name);
  if (offered.length === 0) {
    const [factId] = /(?<=# New facts\s+\[)[0-9a-f-]{36}/.exec(messages.at(-1).content) ?? [];
    return { content: JSON.stringify(factId ? consolidation(factId) : EXTRACTION) };
  }
  if (offered.length === 1) return call(offered[0], FORCED[offered[0]]);
  return call("answer_ready", { answer_found: true });
}

const EXTRACTION = {
  facts: [
    {
      what: "The user is allergic to peanuts",
      when: "N/A",
      where: "N/A",
      who: "the user",
      why: "N/A",
      fact_kind: "conversation",
      fact_type: "world",
      entities: [{ text: "peanuts" }],
    },
  ],
};

function consolidation(factId) {
  return { creates: [{ text: "The user must not eat peanuts: an allergy.", source_fact_ids: [factId] }] };
}

const FORCED = {
  search_observations: { reason: "habits around food", query: "dinner, food, allergies" },
  recall: { reason: "what the user can eat", query: "food allergies of the user" },
  done: {
    answer:
      "Roast vegetables with rice and a lemon and herb sauce. Everything is free of peanuts, because you are allergic to them.",
    memory_ids: ["f1"],
    observation_ids: ["o1"],
    mental_model_ids: [],
    answer_found: true,
  },
};

let calls = 0;
function call(name, args) {
  calls += 1;
  const id = `call_${calls}`;
  return {
    content: null,
    tool_calls: [{ id, type: "function", function: { name, arguments: JSON.stringify(args) } }],
  };
}

function completion(model, message) {
  return {
    id: "chatcmpl-scripted",
    object: "chat.completion",
    created: 0,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", ...message },
        finish_reason: message.tool_calls ? "tool_calls" : "stop",
      },
    ],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
}
