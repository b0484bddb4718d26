/** How the levels of what is known are used, from the most digested to the source; only those that can be searched. */
const LEVELS: readonly [tool: string, text: string][] = [
  [
    "search_mental_models",
    "`search_mental_models`: pages that are kept up to date on a subject. The best one comes whole, of the others the beginning: `read_mental_models` reads them. A page with `is_stale` false that states the answer is enough; one that is stale is a lead to be checked below.",
  ],
  [
    "search_observations",
    "`search_observations`: what many facts add up to. When `freshness` says that they are not up to date, newer facts are missing in them: look at the facts as well. They tell what is usual, not when something happened.",
  ],
  [
    "recall",
    "`recall`: the single facts, as they were stored, with the text around the best of them. They are what everything above is made from. Nothing counts as unknown before the names and words that matter in the question were looked up here.",
  ],
  [
    "expand",
    "`expand`: the passage, or the whole document, that a fact was drawn from. Use it when the wording matters, or when a fact says too little by itself.",
  ],
];

/** @param offered the names of the tools. */
export function levelsText(offered: readonly string[]): string {
  const levels = LEVELS.filter(([tool]) => offered.includes(tool)).map(([, text]) => text);
  return [
    "What is known lies at these levels. Go down from one to the next until the question is answered:",
    ...levels.map((text, index) => `${index + 1}. ${text}`),
  ].join("\n");
}
