export type { ErrorCode } from "./errors/catalogue.ts";
export { TestkitError } from "./errors/testkit-error.ts";
export type { LlmMode, LlmOptions } from "./gateway/llm-options.ts";
export { RecordedLlm } from "./gateway/recorded-llm.ts";
export { HindsightServer, type StartedHindsightServer } from "./server/hindsight-server.ts";
export type { HindsightServerOptions } from "./server/options.ts";
export type { TestClock, TimeSpan } from "./server/test-clock.ts";
export type { TestSandbox } from "./server/test-sandbox.ts";
