import type { Fact } from "./evidence.ts";
import type { Question } from "./question.ts";

const TELLS_WHY = /\b(?:because|since|due to|so that|in order to|that is why|therefore)\b/i;
const TELLS_AGE =
  /\b(?:turn(?:s|ed)?|is|was|are|were|aged?)\s+(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|six|seven|eight|nine|ten|eleven|twelve|\w+teen)\b(?=[.,;!]|\s+(?:years?\b|last|this|on|in|now|and|today|yesterday)|$)|\byears?[- ]old\b/i;

export function tellsAge(statement: string): boolean {
  return TELLS_AGE.test(statement);
}

/** Whether a fact tells something of the kind that is asked for. */
export function isOfKind(fact: Fact, asksFor: Question["asksFor"]): boolean {
  switch (asksFor) {
    case "time":
      return fact.occurred !== undefined;
    case "place":
      return /\b(in|at|to|near|from)\s+(the\s+)?\p{Lu}/u.test(fact.statement);
    case "person":
      return fact.entities.length > 0;
    case "age":
      return tellsAge(fact.statement);
    case "reason":
      return TELLS_WHY.test(fact.statement);
    case "number":
      return /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand)\b/i.test(
        fact.statement,
      );
    case "other":
      return false;
  }
}
