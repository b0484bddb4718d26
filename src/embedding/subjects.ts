import { stemmer } from "stemmer";
import { baseForm } from "./words.ts";

/**
 * Subjects of everyday talk, a line each: words that are said of the same thing, so that a question finds a fact which says it in
 * other words. English, general, and short on purpose: it stands for what a trained embedding knows, and cannot replace it.
 */
const LINES = `eat ate food meal dinner lunch breakfast supper snack diet cook bake recipe dish menu kitchen restaurant hungry taste allergy allergic intolerant vegetarian vegan peanut nut milk egg fish meat bread cheese fruit vegetable rice soup
drink tea coffee wine beer water juice thirsty alcohol cup
live home reside residence address flat apartment house settle relocate move neighbourhood rent landlord
work job employer employee profession career occupation company office colleague boss salary hire manager engineer teacher
school study student university college degree graduate class course lesson exam learn education
family relative mother father sister brother son daughter parent aunt uncle cousin grandmother grandfather
husband wife spouse partner married marry wedding engaged fiancé girlfriend boyfriend divorce
child baby kid boy girl toddler born birth pregnant
pet animal dog cat puppy kitten horse rabbit hamster bird
music song instrument guitar piano cello violin drum flute band orchestra concert sing singer
car drive vehicle bus train tram bicycle bike cycle motorcycle transport commute
travel trip journey holiday vacation visit flight fly airport hotel abroad tourist
ill sick disease doctor hospital medicine pain injury injure accident health surgery nurse wound symptom
sport exercise run gym swim football tennis training marathon hike climb match
buy bought purchase shop pay price cost order sell expensive cheap
money bank loan debt budget euro dollar salary income save
read book novel author library story write poem magazine
film movie cinema watch series actor television
paint draw art museum gallery picture sketch sculpture
garden plant tree flower grow soil harvest
weather rain snow sun storm cold hot wind cloud
phone call email message letter text contact
computer software program code laptop bug server app website
party celebrate birthday anniversary guest invite gift present
clothes shirt dress shoe wear jacket coat hat
sad happy angry afraid anxious feel mood emotion cry worry
sleep bed night tired dream wake rest
language speak english spanish french german portuguese translate accent
friend buddy pal companion acquaintance
name called nickname surname
colour color red blue green yellow black white orange purple brown
city town village country capital region
begin start launch found join
end stop quit leave resign finish cancel
like love enjoy favourite favorite prefer hobby fond
dislike hate avoid detest`;

const SUBJECTS = new Map<string, number[]>();
for (const [subject, line] of LINES.split("\n").entries()) {
  for (const word of line.split(" ")) {
    const stem = stemmer(baseForm(word));
    SUBJECTS.set(stem, [...(SUBJECTS.get(stem) ?? []), subject]);
  }
}

/** The numbers of the subjects that a word with this stem is said of. */
export function subjectsOf(stem: string): readonly number[] {
  return SUBJECTS.get(stem) ?? [];
}
