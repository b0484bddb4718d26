import type { ReflectSettings } from "../../src/engine/reflect/settings.ts";
import { DEFAULT_RECALL_SETTINGS } from "./recall-settings.ts";

/** What a bank without configuration of its own has. */
export const REFLECT_SETTINGS: ReflectSettings = {
  mission: "",
  disposition: { skepticism: 3, literalism: 3, empathy: 3 },
  recall: DEFAULT_RECALL_SETTINGS,
  recallMaxTokens: 2048,
  recallIncludeChunks: true,
  recallChunksMaxTokens: 1000,
  storeDocumentText: true,
  observationsMaxTokens: 5000,
  observationsIncludeEntities: true,
  sourceFactsMaxTokens: -1,
};
