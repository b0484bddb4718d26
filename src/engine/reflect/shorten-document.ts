import { readStructuredAnswer } from "../../llm/structured-answer.ts";
import { readDocument } from "../mental-models/document/from-answer.ts";
import { renderDocument, type StructuredDocument } from "../mental-models/document/structure.ts";
import { documentFaults, documentRewriteMessages } from "./prompts/rewrite.ts";
import { type ReflectRun, shownText } from "./run.ts";

/**
 * A document in fewer words. What comes back in another shape is asked for once more.
 * @returns undefined when the model does not give one. @throws LlmError
 */
export async function shortenDocument(
  run: ReflectRun,
  text: string,
): Promise<StructuredDocument | undefined> {
  const messages = documentRewriteMessages(run.question, text, run.tools.request.maxTokens);
  const { transcript, tools } = run;
  const seen = shownText(run);
  for (let attempt = 1; attempt <= 2; attempt++) {
    // The trace shows the rewriting once.
    const { content } =
      attempt === 1
        ? await transcript.ask("final_rewrite", { messages })
        : await transcript.askUntraced("final_rewrite", { messages });
    const read = readDocument(readStructuredAnswer(content ?? ""), (part) =>
      tools.aliases.strikeUnseen(part, seen),
    );
    if ("document" in read && renderDocument(read.document) !== "") return read.document;
    const faults = "faults" in read ? read.faults : ["the document is empty"];
    messages.push({ role: "assistant", content }, { role: "user", content: documentFaults(faults) });
  }
  return undefined;
}
