import { dropStopWords, searchKeywords } from "../../../store/keyword-search.ts";
import { queryTokens } from "../query.ts";
import { type ArmHit, type ArmInput, byScore } from "./arm.ts";

/** Longer queries lose their stop words, and then what comes after the first of these many. */
const MAX_TOKENS = 16;

/** Facts that hold any of the query's words: full-text search. */
export async function keywordArm(input: ArmInput): Promise<ArmHit[]> {
  const { database } = input.context;
  let tokens = queryTokens(input.query);
  if (tokens.length > MAX_TOKENS) tokens = await dropStopWords(database, tokens, MAX_TOKENS);
  if (tokens.length === 0) return [];
  const floor = input.minScores.keyword;
  return byScore(
    await searchKeywords(database, {
      bankKey: input.bank.bankKey,
      tokens,
      factTypes: input.factTypes,
      limit: input.breadth,
      tags: input.tags,
      minScore: floor !== undefined && floor > 0 ? floor : undefined,
    }),
  );
}
