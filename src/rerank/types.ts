/** A candidate of a recall as a reranker sees it. */
export interface RerankCandidate {
  id: string;
  /** The text that a model is given: `[Date: June 05, 2022 (2022-06-05)] <context>: <fact>`. */
  document: string;
  /** The fact's own text. */
  text: string;
  context: string | null;
  /** The whole text that a fact was drawn from, where that is a few sentences and the reranker is local; otherwise `null`. */
  source: string | null;
  factType: string;
  documentId: string | null;
  /** The order in which the bank's units were stored: neighbours were said before and after one another. */
  position: number;
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
}

/** Scores how well candidates answer a query. */
export interface Reranker {
  readonly provider: string;
  /** Whether it runs in the server itself and costs little: it is then given more to choose from, and more to go by. */
  readonly isLocal?: boolean;
  /**
   * One score per candidate, in order: in [0, 1], or any numbers, which then go through the logistic function. `null`: whoever
   * answered leaves the candidates in their order.
   * @param options.now what "today" is, for what depends on it.
   * @param options.window the days that the query names, or that the request asks for.
   */
  score(
    query: string,
    candidates: readonly RerankCandidate[],
    options: {
      now: Date;
      window?: { from: Date; to: Date } | undefined;
      signal?: AbortSignal | undefined;
    },
  ): Promise<number[] | null>;
}
