// The folders that the benches of retrieval and reflect read. Each file of one holds `turns[{ id, at, speaker, text, image }]` and
// `questions[{ question, answer, evidence[turn ids], category }]`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const BATCH = 25;

export function readConversations(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      name: file.replace(/\.json$/, ""),
      ...JSON.parse(readFileSync(join(folder, file), "utf8")),
    }));
}

/** What was said; the caption of a picture belongs to it. */
export function contentOf({ text, image }) {
  return image ? `${text} [${image}]` : text;
}

/** Calls the routes of the server's banks. */
export function banksOf(server) {
  return async (method, path, body) => {
    const response = await fetch(`${server.url}/v1/default/banks/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
}

/** Retains every turn as a document of its own, in a bank of the conversation's name. */
export async function retainConversations(call, conversations) {
  for (const { name, turns } of conversations) {
    for (let start = 0; start < turns.length; start += BATCH) {
      const items = turns.slice(start, start + BATCH).map((turn) => ({
        content: contentOf(turn),
        context: turn.speaker,
        document_id: turn.id,
        timestamp: turn.at,
      }));
      await call("POST", `${name}/memories`, { items });
    }
  }
}

/** The variables of repeated `--env NAME=value`. */
export function environmentOf(pairs) {
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
}
