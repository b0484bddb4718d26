import type { LlmOperation, LlmPurpose, LlmSettings } from "../settings/llm-settings.ts";
import type { ChatRequest, LlmScope } from "./types.ts";

interface ScopeSettings {
  operation: LlmOperation;
  /** What its temperature goes by; null: none is sent. */
  purpose: LlmPurpose | null;
  strictness: keyof LlmSettings["strictSchema"] | null;
}

const SCOPES: Record<LlmScope, ScopeSettings> = {
  retain_extract_facts: { operation: "retain", purpose: "retain", strictness: "retain" },
  reflect: { operation: "reflect", purpose: "reflect", strictness: "reflect" },
  consolidation: { operation: "consolidation", purpose: "consolidation", strictness: "consolidation" },
  mental_model_delta: {
    operation: "mental_model_refresh",
    purpose: "mental_model_delta",
    strictness: "reflect",
  },
  mental_model_retraction: {
    operation: "mental_model_refresh",
    purpose: "mental_model_delta",
    strictness: null,
  },
  verification: { operation: "default", purpose: null, strictness: null },
};

/** Whose settings a request goes by. */
export function scopeSettings({ scope, operation }: Pick<ChatRequest, "scope" | "operation">): ScopeSettings {
  const settings = SCOPES[scope];
  return operation === undefined ? settings : { ...settings, operation };
}
