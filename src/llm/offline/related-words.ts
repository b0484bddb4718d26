import { stemOf } from "./words.ts";

/**
 * Everyday words that ask for one another. In a line, the words before the colon mean much the same; a question that uses one
 * of them is also about what comes after it. It does not hold the other way round: who asks for a horse is not told of a dog.
 */
const LINES = `live home reside residence address: move flat apartment house settle relocate rent room
work job employ employer profession career occupation: company team office lead engineer hire colleague business run start join
eat food meal dinner lunch breakfast supper diet menu cook: allergic allergy vegetarian vegan intolerant dish recipe restaurant meat taste bake
study education degree: university college school course
family relative sibling parent: sister brother mother father husband wife son daughter child baby aunt uncle cousin
spouse partner married marry wedding: husband wife engaged
pet animal: dog cat horse bird rabbit puppy kitten hamster
instrument music musician: play cello guitar piano violin flute drum orchestra band concert sing
vehicle transport commute: car bike bicycle motorcycle train bus tram drive ride cycle
cycle bike bicycle: ride helmet
injury injure hurt ill sick health accident: break doctor hospital pain allergic sprain wrist ankle arm leg fall crash medicine surgery
travel trip holiday vacation journey: visit fly flight train hike stay airport hotel
hobby pastime leisure sport: play hike run swim paint read garden cook climb train
buy purchase acquire: order pay shop sell
cost price expensive: pay money rent euro dollar
start begin: join new first launch
fly: flight plane ticket airport
stop quit end finish: leave resign notice cancel
like love enjoy favourite favorite prefer: hate dislike fan
friend: neighbour colleague university meet
language speak: learn teacher lesson
decide decision: agree choose
child kid: son daughter baby boy girl
old age: year birthday born`;

/** How well a word stands for another: one that means much the same, and one that the other is also about. */
const SYNONYM = 0.75;
const RELATED = 0.5;

const GROUPS = LINES.split("\n").map((line) => {
  const [heads = "", members = ""] = line.split(": ");
  return {
    heads: heads.split(" "),
    headStems: new Set(heads.split(" ").map(stemOf)),
    members: members.split(" "),
  };
});

/** The words that a question with a word of this stem is also about, and how much they count: below 1. */
export function relatedWords(stem: string): { word: string; weight: number }[] {
  return GROUPS.filter(({ headStems }) => headStems.has(stem)).flatMap(({ heads, members }) => [
    ...heads.map((word) => ({ word, weight: SYNONYM })),
    ...members.map((word) => ({ word, weight: RELATED })),
  ]);
}
