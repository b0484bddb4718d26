import type { Embedder } from "../embedding/types.ts";
import type { ChatModel } from "../llm/types.ts";
import type { Database } from "../store/database.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** What every part of the engine works with. Made once, by the daemon. */
export interface EngineContext {
  database: Database;
  /** `null`: provider `none`. Retain then stores chunks, and reflect is refused. */
  llm: ChatModel | null;
  embedder: Embedder;
  clock: Clock;
  logger: Logger;
  /** In test mode ids are derived from the bank's id alone, so that they are the same in every run. */
  testMode: boolean;
}
