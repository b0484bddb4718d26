/** Asks a model for the changes of a document, and once more where its reply cannot be used. */
import { isJsonObject } from "../../../json-object.ts";
import { readStructuredAnswer, repairStructuredAnswer } from "../../../llm/structured-answer.ts";
import type { ChatMessage } from "../../../llm/types.ts";
import type { StructuredDocument } from "../../mental-models/document/structure.ts";
import { misdirectionCorrection, refusalCorrection } from "../prompts/correction.ts";
import { type AppliedOperations, applyOperations } from "./apply.ts";
import { type DeltaOperation, RefusedReplyError, readOperations } from "./operations.ts";

/** Makes a call with these messages. @returns the reply's text. */
export type AskModel = (messages: ChatMessage[]) => Promise<string>;

/** What became of the operations of the final reply. */
export interface RequestedChange extends AppliedOperations {
  /** How many it held. */
  count: number;
}

/**
 * The document after the operations that the model replies with.
 * @param options.directed whether a reply is asked for again that names what the document does not have.
 * @param options.inJson whether nothing but JSON was asked for.
 * @throws RefusedReplyError when the second reply cannot be used either; what `ask` throws.
 */
export async function requestOperations(
  ask: AskModel,
  messages: readonly ChatMessage[],
  document: StructuredDocument,
  { directed, inJson }: { directed: boolean; inJson: boolean },
): Promise<RequestedChange> {
  const readReply = inJson ? readJsonReply : readPlainReply;
  const reply = await ask([...messages]);
  let correction: string;
  try {
    const operations = readReply(reply);
    const change = changeOf(document, operations);
    // With nothing done, the reason may be any; otherwise only another id would change something.
    const wrong = change.applied.length > 0 ? change.misdirected : change.skipped;
    if (!directed || wrong.length === 0) return change;
    correction = misdirectionCorrection(wrong, document);
  } catch (error) {
    if (!(error instanceof RefusedReplyError)) throw error;
    correction = refusalCorrection(error.faults);
  }
  // What was sent stays as it is: the prompt's beginning is the same, and is not read anew.
  const second = await ask([
    ...messages,
    { role: "assistant", content: reply },
    { role: "user", content: correction },
  ]);
  return changeOf(document, readReply(second));
}

function changeOf(document: StructuredDocument, operations: readonly DeltaOperation[]): RequestedChange {
  return { ...applyOperations(document, operations), count: operations.length };
}

/** @throws RefusedReplyError */
function readJsonReply(reply: string): DeltaOperation[] {
  if (reply.trim() === "") return [];
  const value = readStructuredAnswer(reply);
  if (value === undefined) throw new RefusedReplyError(["the reply is not JSON"]);
  if (value === null) return [];
  return typeof value === "string" ? readReplyInText(value) : readOperations(value);
}

/** The operations of a reply that is JSON in a JSON string. */
function readReplyInText(text: string): DeltaOperation[] {
  if (text.trim() === "") return [];
  const value = readStructuredAnswer(text);
  return readOperations(typeof value === "object" ? (value ?? text) : text);
}

/** The operations of a reply that was not asked for as JSON: only what names them holds them. @throws RefusedReplyError */
function readPlainReply(reply: string): DeltaOperation[] {
  if (reply.trim() === "") return [];
  const value = readStructuredAnswer(reply) ?? repairStructuredAnswer(reply);
  if (isJsonObject(value) && !("operations" in value))
    throw new RefusedReplyError(["`operations` is missing"]);
  return readOperations(value);
}
