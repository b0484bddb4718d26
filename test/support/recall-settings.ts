import { serverDefaults } from "../../src/engine/banks/server-defaults.ts";
import { recallSettings } from "../../src/engine/recall/settings.ts";

/** What a bank has that sets nothing of its own. */
export const DEFAULT_RECALL_SETTINGS = recallSettings(serverDefaults({}, { hasModel: true }));
