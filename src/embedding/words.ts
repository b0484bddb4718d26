/** What English words weigh in a vector. Words of other languages weigh 1. */

/** Words that say nothing of a text's subject. */
const STOP_WORDS =
  `a about above after again against all also am an and any anyone anything are aren't as at be because been
before being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each
ever every for from further get gets getting go goes going gonna got had hadn't has hasn't have haven't having he he'd he'll
he's her here here's hers herself hi him himself his how how's i i'd i'll i'm i've if in into is isn't it it'd it'll it's its
itself just let let's me more most my myself no nor not now of off oh ok okay on once only or other our ours ourselves out over
own please quite really same she she'd she'll she's should shouldn't so some something such than that that'd that's the their
theirs them themselves then there there's these they they'd they'll they're they've this those through to too under until up
us very wanna was wasn't we we'd we'll we're we've well were weren't what what's when when's where where's which while who
who's whom whose why why's will with won't would wouldn't yeah yes you you'd you'll you're you've your yours yourself
yourselves`.split(/\s+/);

/** Words that are in many texts, and what stands around a fact's text: its labels, and when it happened. */
const COMMON_WORDS =
  `able actually ago always another april around august away back come day days december different enough
even everything february few find first friday give good great happen happened happening happens involving january july june
keep kind know last like lot lots made make makes making many march may maybe might monday month months much must need never
new next november october often one people really recently said saturday say says see seem seems september since someone soon
still sunday sure take takes tell thing things think thought thursday time times today told tomorrow tuesday two used user
usually want wanted wants way wednesday week weeks year years yesterday yet`.split(/\s+/);

const STOP_WEIGHT = 0;
const COMMON_WEIGHT = 0.4;

const WEIGHTS = new Map<string, number>([
  ...COMMON_WORDS.map((word): [string, number] => [word, COMMON_WEIGHT]),
  ...STOP_WORDS.map((word): [string, number] => [word, STOP_WEIGHT]),
]);

/** @param word in lower case. @returns 0 for a stop word, 1 for a word that says what a text is about. */
export function wordWeight(word: string): number {
  const weight = WEIGHTS.get(word);
  if (weight !== undefined) return weight;
  return /^(?:19|20)\d\d$/.test(word) ? COMMON_WEIGHT : 1;
}

/** Forms that no rule of suffixes leads back to their verb or noun, each line the base form first. */
const IRREGULAR_FORMS = `become became
begin began begun
bite bit bitten
blow blew blown
break broke broken
bring brought
build built
buy bought
catch caught
child children
choose chose chosen
deal dealt
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feed fed
feel felt
fight fought
find found
fly flew flown
foot feet
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
give gave given
grow grew grown
hear heard
hide hid hidden
hold held
keep kept
knife knives
know knew known
lead led
leave left
lend lent
lose lost
make made
man men
mean meant
meet met
mouse mice
pay paid
ride rode ridden
ring rang rung
rise rose risen
run ran
see saw seen
seek sought
sell sold
send sent
shake shook shaken
shoot shot
sing sang sung
sit sat
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
swim swam swum
take took taken
teach taught
tear tore torn
tell told
think thought
throw threw thrown
tooth teeth
understand understood
wake woke woken
wear wore worn
wife wives
win won
woman women
write wrote written`;

const BASE_FORMS = new Map(
  IRREGULAR_FORMS.split("\n").flatMap((line) => {
    const [base = "", ...forms] = line.split(" ");
    return forms.map((form): [string, string] => [form, base]);
  }),
);

/** The base form of an irregular one; any other word as it is. */
export function baseForm(word: string): string {
  return BASE_FORMS.get(word) ?? word;
}
