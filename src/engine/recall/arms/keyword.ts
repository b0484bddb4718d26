import { searchKeywords, selectTerms } from "../../../store/keyword-search.ts";
import { queryTokens } from "../query.ts";
import type { ArmHit, ArmInput } from "./arm.ts";

/** Facts that hold any of the query's words: full-text search. */
export async function keywordArm(input: ArmInput): Promise<ArmHit[]> {
  const tokens = await searchedTokens(input);
  if (tokens.length === 0) return [];
  const { database, settings } = input.context;
  const floor = input.minScores.keyword ?? settings.recall.keywordMinScore;
  return searchKeywords(database, {
    bankKey: input.bank.bankKey,
    tokens,
    factTypes: input.factTypes,
    limit: input.breadth * input.widening,
    tags: input.tags,
    writes: input.writes,
    minScore: floor > 0 ? floor : undefined,
  });
}

async function searchedTokens({ context, query }: ArmInput): Promise<string[]> {
  const { keywordMaxTerms: limit, keywordSelectiveTerms } = context.settings.recall;
  const tokens = queryTokens(query);
  if (limit === 0 || tokens.length <= limit) return tokens;
  if (!keywordSelectiveTerms) return tokens.slice(0, limit);
  // The statistics are those of all banks, and appear when the database gets round to it: no test may depend on them.
  return selectTerms(context.database, tokens, { limit, rarestFirst: !context.testMode });
}
