/** The offline model's part in keeping mental models: it gets what any model gets, and answers by rules. */
import type { ChatRequest } from "../../types.ts";
import { readQuestion } from "../reflect/question.ts";
import { relevantFacts } from "./relevant.ts";
import { readChangeRequest } from "./request.ts";
import { takeOut } from "./take-out.ts";
import { workIn } from "./work-in.ts";

/** Answers with the operations on the document that the request asks for, as JSON text. */
export async function changeDocument({ messages }: ChatRequest): Promise<string> {
  const { question, sections, added, withdrawn, holding } = readChangeRequest(messages);
  const relevant = relevantFacts(readQuestion(question), sections, added);
  const operations = [...takeOut(sections, withdrawn, holding), ...(await workIn(sections, relevant))];
  return JSON.stringify({ operations });
}
