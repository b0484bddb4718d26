import { EngineError } from "../../errors.ts";
import type { RetainItem } from "../../types.ts";
import { DETECTOR, type DefenseAction } from "./policy.ts";
import { screenText } from "./screen-text.ts";

/** Why an item of a document was left out. */
export interface Violation {
  /** The item's place in its document. */
  index: number;
  detector: string;
  message: string;
}

/** Nothing of a document may be stored. */
export class BlockedError extends EngineError {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super("blocked", `All ${violations.length} items were blocked by the bank's memory defense`);
    this.name = "BlockedError";
    this.violations = violations;
  }
}

/**
 * The items of a document as far as they may be stored: redacted, or without those that are blocked.
 * @throws BlockedError when none may be.
 */
export function screenItems(items: readonly RetainItem[], action: DefenseAction): RetainItem[] {
  if (action === "allow") return [...items];
  const violations: Violation[] = [];
  const kept = items.flatMap((item, index) => {
    const { text, types } = screenText(item.content);
    if (types.length === 0) return [item];
    if (action === "redact") return [{ ...item, content: text }];
    const message = `Sensitive data pattern matched: ${types.join(", ")}`;
    violations.push({ index, detector: DETECTOR, message });
    return [];
  });
  if (kept.length === 0 && violations.length > 0) throw new BlockedError(violations);
  return kept;
}
