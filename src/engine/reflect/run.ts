import type { ChatMessage } from "../../llm/types.ts";
import type { StructuredDocument } from "../mental-models/document/structure.ts";
import type { Evidence } from "./evidence.ts";
import type { ToolContext } from "./tools/tool.ts";
import type { Toolbox } from "./tools/toolbox.ts";
import type { Transcript } from "./transcript.ts";

/** What the steps of one reflect share. */
export interface ReflectRun {
  tools: ToolContext;
  toolbox: Toolbox;
  evidence: Evidence;
  transcript: Transcript;
  system: string;
  /** The question with its context. */
  question: string;
  /** The conversation so far. The turn that ends the search is not in it. */
  messages: ChatMessage[];
}

/** An answer with its citations, as the model gave it: aliases and all. */
export interface DraftAnswer {
  text: string;
  /** What the text is made from, where it was given so. */
  document: StructuredDocument | null;
  memoryIds: string[];
  observationIds: string[];
}
