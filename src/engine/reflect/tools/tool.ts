import type { ToolDefinition } from "../../../llm/types.ts";
import type { BankAddress } from "../../../store/address.ts";
import type { TagFilter } from "../../../store/tag-filter.ts";
import type { EngineContext } from "../../context.ts";
import type { ReflectRequest } from "../../types.ts";
import type { Aliases } from "../aliases.ts";
import type { EvidenceKind } from "../evidence.ts";
import type { ReflectSettings } from "../settings.ts";

/** What the tools of one run work with. */
export interface ToolContext {
  context: EngineContext;
  address: BankAddress;
  bankKey: string;
  request: ReflectRequest;
  /** What the request's tags let through; undefined: everything. */
  tags: TagFilter | undefined;
  settings: ReflectSettings;
  aliases: Aliases;
  /** Ends what a tool does. */
  signal: AbortSignal;
}

/** A mental model with its text, or how that begins. */
export interface FoundPage {
  id: string;
  name: string;
  text: string;
}

export interface ToolOutcome {
  /** The result with real ids, as the trace shows it. */
  raw: Record<string, unknown>;
  /** The ids that it brought: they can be cited from now on. */
  found: { kind: EvidenceKind; ids: string[] };
  /** Whether it only shows more of what searches find: an answer does not rest on that alone. */
  isReading?: boolean;
  /** The mental models that it brought, with what was shown of them. */
  pages?: FoundPage[];
  /** What the model is told when nothing but these need be looked at. */
  guidance?: string;
  /** The short form that the model sees. Called in the order of the turn's calls, since it hands out aliases. */
  show(): Record<string, unknown>;
}

/** A tool that looks something up. */
export interface ReflectTool {
  definition: ToolDefinition;
  /** Whether it searches: an answer is accepted only after a search. */
  isSearch: boolean;
  /**
   * @param maxTokens that the model may ask for.
   * @throws ToolArgumentError, which the model is told. Anything else ends the run.
   */
  run(tools: ToolContext, args: Record<string, unknown>, maxTokens: number): Promise<ToolOutcome>;
}

/** The model called a tool in a way that it does not understand. */
export class ToolArgumentError extends Error {
  /** What is wrong with each of several values. */
  readonly details: Record<string, string> | undefined;

  constructor(message: string, details?: Record<string, string>) {
    super(message);
    this.name = "ToolArgumentError";
    this.details = details;
  }
}

/** JSON Schema of a tool's arguments; each tool also takes a `reason`, which is only logged. */
export function argumentsSchema(
  properties: Record<string, unknown>,
  required: string[],
): ToolDefinition["parameters"] {
  return {
    type: "object",
    properties: {
      reason: { type: "string", description: "Why this call is made, in a few words." },
      ...properties,
    },
    required,
  };
}
