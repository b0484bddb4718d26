/** The forms of a mental model in a tool's result: raw for the trace, and short for the model. */
import type { MentalModelRow } from "../../../store/mental-models.ts";
import { isoDate } from "../../iso-date.ts";
import type { Aliases } from "../aliases.ts";
import { shortDate } from "./memory-forms.ts";

/** What is shown of a page: all of it, or how it begins. */
export type PageText = { content: string } | { snippet: string; content_chars: number };

const SNIPPET_CHARACTERS = 280;
const NO_CONTENT = "No content yet.";

export function snippetOf(content: string): PageText {
  const beginning = Array.from(content.trim()).slice(0, SNIPPET_CHARACTERS).join("").trim();
  return { snippet: beginning || NO_CONTENT, content_chars: Array.from(content).length };
}

export function textOfPage(text: PageText): string {
  return "content" in text ? text.content : text.snippet;
}

/** @param more what is said of a page that a search found. */
export function rawPage(model: MentalModelRow, text: PageText, more: object = {}): Record<string, unknown> {
  return {
    id: model.mentalModelId,
    name: model.name,
    ...text,
    tags: model.tags,
    ...more,
    updated_at: isoDate(model.lastRefreshedAt),
  };
}

/** The pages that the model has not seen yet, and the aliases of those that it has. */
export function showPages(
  pages: readonly Record<string, unknown>[],
  aliases: Aliases,
): { fresh: Record<string, unknown>[]; alreadyShown: string[] } {
  const fresh: Record<string, unknown>[] = [];
  const alreadyShown: string[] = [];
  for (const page of pages) {
    const alias = aliases.aliasOf("p", String(page.id));
    // How a page begins is not the page.
    if (aliases.show("snippet" in page ? `${alias} snippet` : alias)) alreadyShown.push(alias);
    else fresh.push({ ...page, id: alias, updated_at: shortDate(String(page.updated_at)) });
  }
  return { fresh, alreadyShown };
}
