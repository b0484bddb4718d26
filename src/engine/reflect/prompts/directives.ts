import type { ActiveDirective } from "../../../store/directives.ts";
import { section } from "./section.ts";

/**
 * The directives in full, where the model reads them before it begins. They are the bank's owner's words, so they go before
 * every rule of style, but not before the rule that nothing is made up.
 * @returns undefined when there are none with a text.
 */
export function directivesText(directives: readonly ActiveDirective[]): string | undefined {
  const texts = directives.filter(({ content }) => content.trim() !== "");
  if (texts.length === 0) return undefined;
  const blocks = texts.map(({ name, content }, index) => `${index + 1}. ${name}: ${content.trim()}`);
  return `The answer must comply with every one of these directives. They go before all other wishes about its form, language and tone.\n${section("directives", blocks.join("\n"))}`;
}

/** The directives once more at the end: what stands far above is forgotten first, above all by small models. */
export function directivesReminder(directives: readonly ActiveDirective[]): string | undefined {
  const texts = directives.filter(({ content }) => content.trim() !== "");
  if (texts.length === 0) return undefined;
  const lines = texts.map(({ content }, index) => `${index + 1}. ${content.trim()}`);
  return `Before you answer, check it against each directive:\n${lines.join("\n")}`;
}
