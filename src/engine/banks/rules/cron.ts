import { Cron } from "croner";

/** Whether a text is a cron expression: five fields, seconds and a year after them, or a nickname such as `@daily`. */
export function isCronExpression(text: string): boolean {
  // The library knows `?` and `W`; upstream's does not.
  if (/[?]|\dW|\bW\b/i.test(text)) return false;
  const [minute, hour, day, month, weekday, second, year] = text.split(/\s+/);
  // The library wants the seconds first.
  const inOrder = [second, minute, hour, day, month, weekday, year];
  try {
    new Cron(inOrder.filter((field) => field !== undefined).join(" "));
    return true;
  } catch {
    return false;
  }
}
