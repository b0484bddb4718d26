import { isRecorded } from "../gateway/llm-options.ts";
import type { RecordedLlm } from "../gateway/recorded-llm.ts";
import type { TestControl } from "./test-control.ts";

/** What is asked of a model must not depend on how quickly the test goes on. */
export async function holdIfRecorded(
  control: TestControl,
  sandbox: string,
  llm: RecordedLlm | undefined,
): Promise<void> {
  if (llm && isRecorded(llm.mode)) await control.holdWork(sandbox);
}
