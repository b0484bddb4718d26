/**
 * How a fact is written, key by key: each is stored or searched on its own, so that what belongs to one must not hide in
 * another. The date of a word like "yesterday" has to be spelt out, because nobody knows later from when it counts.
 */
export const RULES = `Rules:
- A fact stands on its own: write names in place of pronouns, and say who "I" is when the text tells.
- Write in the language of the text. Add nothing that it does not say.
- what: the statement, in one sentence or two.
- when: the time in words, with the date that "yesterday" or "last month" comes to, counted from the event date.
- where: the place.
- who: the people concerned, and who they are to each other.
- why: the reason, the purpose or the circumstances.
- fact_kind: "event" for what happens at a time of its own, otherwise "conversation".
- fact_type: "assistant" for what the assistant itself did, said or advised, otherwise "world".
- occurred_start, occurred_end: ISO 8601 with the offset of the event date, for an event whose time can be told; otherwise null.
- entities: the names of people, organisations, places, products and other things by which the fact will be looked up.`;

/** Every key is asked for by default: a model that has to write "N/A" has looked. */
export const EVERY_DIMENSION = `when, where, who and why are always there; what the text does not tell is "N/A".`;

/** Spares the output of keys without content, where a server is configured so. */
export const OPTIONAL_DIMENSIONS = `when, where, who and why are null where the text does not tell; never fill them to have them filled.`;
