import { fitsInTokens } from "../../../tokens/tokens.ts";
import { searchMentalModels } from "../../mental-models/search.ts";
import { readNumber, readQuery } from "./arguments.ts";
import { type PageText, rawPage, showPages, snippetOf, textOfPage } from "./mental-model-forms.ts";
import { argumentsSchema, type ReflectTool, ToolArgumentError } from "./tool.ts";

const DEFAULT_RESULTS = 5;
/** The best page comes whole, unless it is longer. */
const WHOLE_TOKENS = 4_000;
/** A value of the wire (`staleness_reason`): callers compare it, so it is upstream's to the letter. */
const STALE = "new in-scope memories ingested since last refresh";
const ENOUGH =
  "These pages are up to date. When they answer the question, call `answer_ready`; search on only for what they do not say.";

/** Searches the mental models: pages that answer standing questions. */
export const searchMentalModelsTool: ReflectTool = {
  isSearch: true,
  definition: {
    name: "search_mental_models",
    description:
      "Search mental models: pages on a subject that are kept up to date. The best one comes whole, of the others the beginning.",
    parameters: argumentsSchema(
      {
        query: { type: "string", description: "Words or a question to search for." },
        max_results: { type: "integer", description: "How many pages at most." },
      },
      ["query"],
    ),
  },
  async run({ context, bankKey, request, tags, aliases, signal }, args) {
    const query = readQuery(args);
    const limit = readNumber(args, "max_results") ?? DEFAULT_RESULTS;
    if (limit < 1) throw new ToolArgumentError("`max_results` must be at least 1.");
    const hits = await searchMentalModels(context, bankKey, {
      query,
      limit,
      tags,
      excludedIds: request.excludeMentalModelIds,
      signal,
    });
    const texts = await Promise.all(hits.map(({ content }, index) => textOfHit(content, index === 0)));
    const pages = hits.map((hit, index) => {
      const text = texts[index] ?? snippetOf(hit.content);
      return { hit, text, raw: rawPage(hit, text, stateOf(hit)) };
    });
    const isEnough =
      pages.length > 0 && pages.every(({ hit, text }) => !hit.isStale && textOfPage(text).trim() !== "");
    return {
      raw: { query, count: pages.length, mental_models: pages.map(({ raw }) => raw) },
      found: { kind: "mentalModels", ids: hits.map(({ mentalModelId }) => mentalModelId) },
      pages: pages.map(({ hit, text }) => ({
        id: hit.mentalModelId,
        name: hit.name,
        text: textOfPage(text),
      })),
      ...(isEnough && { guidance: ENOUGH }),
      show() {
        const { fresh, alreadyShown } = showPages(
          pages.map(({ raw }) => raw),
          aliases,
        );
        return {
          query,
          mental_models: fresh,
          ...(alreadyShown.length > 0 && { already_shown: { mental_models: alreadyShown } }),
        };
      },
    };
  },
};

async function textOfHit(content: string, isBest: boolean): Promise<PageText> {
  const isWhole = isBest && (await fitsInTokens(content, WHOLE_TOKENS, "cl100k_base"));
  return isWhole ? { content } : snippetOf(content);
}

function stateOf({ relevance, isStale }: { relevance: number; isStale: boolean }) {
  return { relevance, is_stale: isStale, staleness_reason: isStale ? STALE : null };
}
