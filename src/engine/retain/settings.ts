import type { LabelGroup } from "../labels/label-groups.ts";
import type { ObservationScopes } from "../types.ts";
import type { DefenseAction } from "./defense/policy.ts";

/** The bank's configuration as far as a retain reads it, resolved. */
export interface RetainSettings {
  /** `concise`, `verbose`, `custom`, `verbatim` or `chunks`; anything else means `concise`. */
  retainExtractionMode: string;
  /** What the bank is there to remember, in the user's words. */
  retainMission: string | null;
  /** Replaces the mode's instructions in the mode `custom`. */
  retainCustomInstructions: string | null;
  /** In characters. */
  retainChunkSize: number;
  retainStructuredChunkSize: number | null;
  retainMaxAttachmentsPerChunk: number;
  /** What the model is to tell of every fact, from a given vocabulary. */
  labels: LabelGroup[];
  /** Off: of the names that the model finds only labels are kept. */
  allowFreeFormEntities: boolean;
  /** What is done with items that hold secrets or personal data. */
  defense: DefenseAction;
  /** What facts get whose item says nothing of it. */
  defaultObservationScopes: ObservationScopes | null;
  /** Chunks whose names and dates are told apart in one go. */
  retainChunkBatchSize: number;
  /** Off: neither documents nor chunks keep their text. */
  storeDocumentText: boolean;
}

const MODES = ["concise", "verbose", "custom", "verbatim", "chunks"] as const;
export type ExtractionMode = (typeof MODES)[number];

/** The mode that a retain runs in: without a model only chunks can be stored, and `custom` needs instructions. */
export function extractionMode(settings: RetainSettings, hasModel: boolean): ExtractionMode {
  if (!hasModel) return "chunks";
  const mode = MODES.find((known) => known === settings.retainExtractionMode) ?? "concise";
  return mode === "custom" && !settings.retainCustomInstructions ? "concise" : mode;
}
