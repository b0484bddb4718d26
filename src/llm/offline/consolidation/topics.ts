import { stemOf, wordsOf } from "../words.ts";

/**
 * What there is one observation each about, of a subject: few, so that what belongs together stays together. Everything else
 * is one more.
 */
const LINES = `food: eat drink food meal breakfast lunch dinner supper snack cook bake recipe dish restaurant diet hungry taste allergy allergic intolerant vegetarian vegan peanut nut milk egg fish meat bread cheese fruit vegetable rice soup tea coffee wine beer juice sugar chocolate cake
health: ill sick disease hospital medicine pain injury injure accident health surgery wound symptom therapy asthma diabetes headache fever
home: live home reside residence address flat apartment house settle relocate neighbourhood rent landlord
work: work job employer employ profession career occupation company office colleague boss salary hire manager engineer teacher nurse study student university college degree graduate`;

const TOPICS = new Map(
  LINES.split("\n").flatMap((line) => {
    const [topic = "", words = ""] = line.split(": ");
    return words.split(" ").map((word): [string, string] => [stemOf(word), topic]);
  }),
);

/** Who moves to a place, and not what is moved to a day. */
const RELOCATES =
  /\bmov(?:e[sd]?|ing)\s+(?:back\s+|out\s+|in\s+)*(?:from\s+[^.]*?\s)?(?:to|in|into)\s+(?!\p{Lu}\p{Ll}+day\b|[\d]|next\b|tomorrow\b)/u;

/** The topic that most words of a statement are about, the earlier one of two; "" for none of them. */
export function topicOf(text: string): string {
  const counts = new Map<string, number>();
  const topics = wordsOf(text).flatMap(({ stem }) => TOPICS.get(stem) ?? []);
  for (const topic of RELOCATES.test(text) ? [...topics, "home"] : topics) {
    counts.set(topic, (counts.get(topic) ?? 0) + 1);
  }
  let best = "";
  for (const topic of ["food", "health", "home", "work"]) {
    if ((counts.get(topic) ?? 0) > (counts.get(best) ?? 0)) best = topic;
  }
  return best;
}
