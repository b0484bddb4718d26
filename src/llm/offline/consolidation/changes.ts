/** Which statements take the place of others about the same subject and topic. */
import type { Tagger } from "../extraction/grammar.ts";
import { wordsOf } from "../words.ts";
import type { Statement } from "./statements.ts";
import { subjectOf } from "./subject.ts";

/** Words by which a statement says itself that something is no longer as it was; one shared word tells what. */
const SAYS_SO =
  /\b(?:no longer|not\b[^.;]*\bany\s?more|\w*n['’]t\b[^.;]*\bany\s?more|used to|changed (?:\w+ )?mind|switch(?:ed|es)|stopp?(?:ed|s)?|quit|gave up|given up|gives up|moved|moves|relocated|resigned|cancell?ed|postponed|replaced|broke up|divorced|turned out)\b/i;
/** Words that may say so: more has to agree. */
const MAY_SAY_SO =
  /\b(?:now|these days|from now on|instead|rather than|left|sold|has become|became|new (?:job|home|flat|house|address|employer))\b/i;
/** What a statement adds behind these is not what it says. */
const ASIDE = /(?<=.{8})(?:[.!?]\s|\b(?:since|when|because|after|before|that|who|which|where)\b).*/is;
const SHARED_ENOUGH = 2;

/** Verbs of what is one thing at a time; in a class, one may end what another says. */
const STATES: readonly RegExp[] = [
  /\b(?:lives?|living|resides?|residing|moved|moves|relocated|settled|home is|is based|address is)\b/i,
  /\b(?:works?|working|is employed|joined|left|quit|resigned|hired|new job|job is|retired)\b/i,
  /\b(?:prefers?|favou?rite)\b/i,
];
const PREFERENCE = 2;
/** What is true until something else is said in the same words. */
const LASTS =
  /\b(?:is|are|['’]s|lives|live|works|work|has|have|prefers|prefer|wants|want|drives|drive|uses|use|studies|study|attends|attend|plays|play|owns|own|earns|earn|weighs|costs|leads|favou?rite)\b/i;

/** What a thing has one of: something said of another one is said of a change. */
const KINDS: readonly RegExp[] = [
  /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/i,
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/i,
  /\b\d{1,2}(?::\d\d)?\s?(?:am|pm|o['’]clock)\b/i,
  /\b(?:red|blue|green|yellow|black|white|orange|purple|brown|pink|gr[ae]y)\b/i,
];

const NEGATION = /\b(?:not|never|no|no longer|cannot|\w+n['’]t)\b/i;
const LIKES = /\b(?:likes?|loves?|enjoys?|adores?|prefers?|fond|fan)\b/i;
const DISLIKES = /\b(?:dislikes?|hates?|avoids?|detests?|loathes?)\b/i;
const TASTE = new Set(
  "like love enjoy adore prefer fond fan dislik hate avoid detest loath anymor longer ani".split(" "),
);

/** The parts of a statement that are compared. */
interface Profile {
  subject: string;
  /** How many shared words show what has changed, by what it says; null: it says nothing of a change. */
  sharesNeeded: number | null;
  /** Stems of what it is about, without its subject and without words of liking. */
  about: ReadonlySet<string>;
  /** Likes (1) or dislikes (-1) it; 0: says nothing of that. */
  taste: number;
  negated: boolean;
  states: readonly number[];
  lasts: boolean;
  /** Stems of what it says that holds now: "switched to tea". */
  arrivals: ReadonlySet<string>;
  /** Which kinds of values it has, such as days of the week. */
  kinds: readonly number[];
  /** Its words with what may take another value left out. */
  frame: string;
}

export class Changes {
  readonly #tagger: Tagger;
  readonly #profiles = new Map<string, Profile>();

  constructor(tagger: Tagger) {
    this.#tagger = tagger;
  }

  /** Whether what `later` says has ended what `earlier` says: it was said later, or says so itself. */
  supersedes(later: Statement, earlier: Statement): boolean {
    const [now, before] = [this.#profile(later), this.#profile(earlier)];
    if (later.text === earlier.text || now.subject !== before.subject) return false;
    if ((later.day ?? "") < (earlier.day ?? "")) return false;
    const isLater = (later.day ?? "") > (earlier.day ?? "");
    // Of two on one day that both say so, neither is known to be the last.
    if ((isLater || before.sharesNeeded === null) && endsWhatItNames(now, before)) return true;
    return isLater && contradicts(now, before);
  }

  #profile(statement: Statement): Profile {
    const known = this.#profiles.get(statement.text);
    if (known) return known;
    const { text } = statement;
    const subject = subjectOf(text, this.#tagger);
    const ofSubject = new Set(subject.split(" "));
    const content = wordsOf(text).filter(({ stem, weight }) => weight > 0 && !ofSubject.has(stem));
    const negated = NEGATION.test(text);
    const leaning = DISLIKES.test(text) ? -1 : LIKES.test(text) ? 1 : 0;
    const profile = {
      subject,
      sharesNeeded: sharesNeeded(text.replace(ASIDE, "")),
      about: new Set(content.map(({ stem }) => stem).filter((stem) => !TASTE.has(stem))),
      taste: negated ? -leaning : leaning,
      negated,
      states: STATES.flatMap((state, index) => (state.test(text) ? [index] : [])),
      lasts: LASTS.test(text),
      arrivals: arrivalsOf(text),
      kinds: KINDS.flatMap((kind, index) => (kind.test(text) ? [index] : [])),
      frame: frameOf(text),
    };
    this.#profiles.set(text, profile);
    return profile;
  }
}

function sharesNeeded(head: string): number | null {
  if (SAYS_SO.test(head)) return 1;
  return MAY_SAY_SO.test(head) ? SHARED_ENOUGH : null;
}

function endsWhatItNames(now: Profile, before: Profile): boolean {
  if (now.sharesNeeded === null || arrivesAt(now, before)) return false;
  const shared = [...now.about].filter((stem) => before.about.has(stem)).length;
  return shared >= now.sharesNeeded || (before.lasts && isOfOneKind(now, before));
}

/** "Switched to tea" does not end tea. Of a preference all must be the same: an aisle seat is not a window seat. */
function arrivesAt(now: Profile, before: Profile): boolean {
  const isPreference = [now, before].every(({ states }) => states.includes(PREFERENCE));
  return isPreference
    ? now.arrivals.size > 0 && [...now.arrivals].every((stem) => before.about.has(stem))
    : sharesAny(now.arrivals, before.about);
}

function isOfOneKind(now: Profile, before: Profile): boolean {
  return (
    now.states.some((state) => before.states.includes(state)) ||
    now.kinds.some((kind) => before.kinds.includes(kind))
  );
}

const ENDS =
  /\b(?:no longer|not|never|\w+n['’]t|stopp?(?:ed|s)?|quit|left|gave up|instead of|rather than)\b/i;
const ARRIVES = /\b(?:to|into|joined|became|become|prefers?|now)\s+(.*)/i;

function arrivalsOf(text: string): Set<string> {
  const clauses = text.split(/[,;]|\b(?:and|but|so)\b/).filter((clause) => !ENDS.test(clause));
  const found = clauses.flatMap((clause) => wordsOf(ARRIVES.exec(clause)?.[1] ?? ""));
  return new Set(found.filter(({ weight }) => weight === 1).map(({ stem }) => stem));
}

/** What cannot hold at once: another value of what has one, a liking and its opposite, a thing and its denial. */
function contradicts(now: Profile, before: Profile): boolean {
  if (now.taste * before.taste < 0 && sharesAny(now.about, before.about)) return true;
  if (now.negated !== before.negated && isSame(now.about, before.about)) return true;
  return now.lasts && before.lasts && now.negated === before.negated && now.frame === before.frame;
}

const VALUE =
  /\b\p{Lu}[\p{L}\p{M}'’-]*|\b\d[\d.,:]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|red|blue|green|yellow|black|white|orange|purple|brown|pink|grey|gray)\b/gu;

/** "Ann lives in Oslo." and "Ann lives in Bergen." have one frame. */
function frameOf(text: string): string {
  const [first = "", ...rest] = text.split(" ");
  return [first, rest.join(" ").replace(VALUE, "#")]
    .join(" ")
    .toLowerCase()
    .replace(/#(?:\s#)+/g, "#");
}

function sharesAny(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((stem) => b.has(stem));
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.size > 0 && [...a].every((stem) => b.has(stem));
}
