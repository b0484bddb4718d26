/** Words that fill a conversation and inform of nothing, also when they make up a whole sentence. */
const FILLERS = new Set(
  `hi hey hello howdy yo good morning afternoon evening night day bye goodbye later soon take care thanks thank thx cheers welcome
  please sorry excuse pardon wow oh ooh ah aww haha hah lol yay yeah yep yes yup no nope nah ok okay k sure absolutely definitely
  exactly totally indeed certainly right true course alright fine great awesome amazing cool nice sweet lovely wonderful
  fantastic perfect excellent brilliant incredible impressive inspiring interesting fun sounds sound looks look seems hear heard
  glad congrats congratulations kudos best luck hope feel well know mean see guess think got get it's that's what's there's
  let's you're i'm i'd i'll i've don't can't won't isn't it that this these those there here he she they them him her we us you i
  me my your our their his its is am are was were be been being have has had do does did will would can could should may might
  must to of for in on at with about from by up as and or but so if then than because the a an any some all very really
  so too much more just also even still only again now well such how what who when where why which like way bit lot lots thing
  things stuff say said tell talk chat catch again always keep going go it'll couldn't wouldn't agree understand totally
  honestly actually literally sir madam guys everyone everybody dear friend anything anyone else one long time woohoo
  woah whoa ask asking agreed appreciate appreciated worries`.split(/\s+/),
);

/** Words that turn to somebody. */
const ADDRESSING = new Set(
  `hi hey hello howdy yo bye goodbye thanks thx cheers wow woah whoa oh woohoo congrats congratulations kudos sorry welcome
  agreed`.split(/\s+/),
);
/** `Hey Mel!`, `Thanks, Caroline, …` */
const ADDRESS = /^(\p{L}+)(?:,\s*|\s+)\p{Lu}[\p{L}'’-]*(?=\s*[,.!]|$)/u;

/** How a question begins, once the words before it are gone. */
const QUESTION_START =
  /^(?:what|what's|who|who's|whose|whom|when|where|where's|why|how|how's|which|do|does|did|don't|doesn't|didn't|is|isn't|are|aren't|was|wasn't|were|have|has|had|haven't|can|can't|could|couldn't|would|wouldn't|will|won't|should|shouldn't|may|might|shall|any|anything|anyone|got|ready|right|really|seen|heard|been|was|wie|was|wo|wann|warum|wer|qué|cómo|dónde|quand|où|comment|pourquoi)\b/iu;
const BEFORE_QUESTION =
  /^(?:(?:so|and|but|well|hey|hi|oh|ok|okay|now|also|then|by the way|btw|anyway|tell me|wow|cool|nice|yeah),?\s+|[\p{Lu}][\p{L}]+,\s+)+/iu;
const TELLS = /^did you (?:know|hear) (?:that|about)\b/i;
const SHORT_ANSWER =
  /^(?:yes|yeah|yep|yup|no|nope|nah|sure|not (?:yet|really|anymore)|of course|absolutely|definitely)\b/i;
const MIN_ASSERTION_WORDS = 5;

function wordsOf(sentence: string): string[] {
  return sentence.match(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu) ?? [];
}

/** Whether a sentence asks, and states nothing besides. */
export function isQuestion(sentence: string): boolean {
  if (!/[?？]["'”’)\s]*$/u.test(sentence)) return false;
  const core = sentence.replace(BEFORE_QUESTION, "");
  if (TELLS.test(core)) return false;
  return QUESTION_START.test(core) || wordsOf(core).length < MIN_ASSERTION_WORDS;
}

/** A question that asks the other to do something, which is worth remembering as such. */
export function isRequest(sentence: string): boolean {
  return /^(?:please\b|(?:can|could|would|will) you\b)/i.test(sentence.replace(BEFORE_QUESTION, ""));
}

/** Whether a sentence turns to somebody, and says nothing else. */
export function isAddress(sentence: string): boolean {
  const [address, word = ""] = ADDRESS.exec(sentence) ?? [];
  return (
    address !== undefined &&
    ADDRESSING.has(word.toLowerCase()) &&
    isSmallTalk(sentence.slice(address.length), new Set())
  );
}

/**
 * Whether a sentence is a greeting, a thank-you, an interjection or another filler.
 * @param people names that may be addressed in it.
 */
export function isSmallTalk(sentence: string, people: ReadonlySet<string>): boolean {
  return wordsOf(sentence).every((word) => {
    const key = word.toLowerCase().replace("’", "'");
    return FILLERS.has(key) || people.has(key);
  });
}

export function isShortAnswer(sentence: string): boolean {
  return SHORT_ANSWER.test(sentence);
}

/**
 * Whether an answer needs its question to be understood: a yes or no, or words that make no sentence.
 * @param hasVerb whether there is a verb in it.
 */
export function needsQuestion(sentence: string, hasVerb: boolean): boolean {
  const length = wordsOf(sentence).length;
  if (isShortAnswer(sentence)) return length <= 12;
  return length > 0 && length <= (hasVerb ? 3 : 10);
}
