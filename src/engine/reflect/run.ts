import type { ChatMessage } from "../../llm/types.ts";
import type { ServerSettings } from "../../settings/server-settings.ts";
import type { ActiveDirective } from "../../store/directives.ts";
import type { StructuredDocument } from "../mental-models/document/structure.ts";
import type { ContextGuard } from "./context-guard.ts";
import type { Evidence } from "./evidence.ts";
import type { ToolResult } from "./packing.ts";
import type { ToolContext } from "./tools/tool.ts";
import type { Toolbox } from "./tools/toolbox.ts";
import type { Transcript } from "./transcript.ts";

/** What the steps of one reflect share. */
export interface ReflectRun {
  tools: ToolContext;
  toolbox: Toolbox;
  /** Of the server. */
  settings: ServerSettings["reflect"];
  evidence: Evidence;
  transcript: Transcript;
  guard: ContextGuard;
  /** Those that the answer follows, the weightiest first. */
  directives: readonly ActiveDirective[];
  system: string;
  /** The question with its context. */
  question: string;
  /** The conversation so far. The turn that ends the search is not in it. */
  messages: ChatMessage[];
  /** What the tools returned, in order, also where it was left out of the conversation. */
  results: ToolResult[];
}

/** An answer with its citations, as the model gave it: aliases and all. */
export interface DraftAnswer {
  text: string;
  /** What the text is made from, where it was given so. */
  document: StructuredDocument | null;
  memoryIds: string[];
  observationIds: string[];
  mentalModelIds: string[];
}

/** All text that the model was shown; what it has written itself is none. */
export function shownText({ messages, results }: ReflectRun): string {
  return [
    ...messages.filter(({ role }) => role !== "assistant").map(({ content }) => content ?? ""),
    ...results.map(({ result }) => JSON.stringify(result)),
  ].join("\n");
}
