/** The chunk is stored as it stands. The model is asked only for what makes it findable, so no statement is asked for. */
export const VERBATIM = `The text itself will be stored as it stands. Give exactly one entry for all of it: the entities that it mentions, and
when it happened. Do not repeat the text.`;

export const VERBATIM_RULES = `Rules:
- fact_kind: "event" when the text is about something that happens at a time of its own, otherwise "conversation".
- fact_type: "assistant" for what the assistant itself did, said or advised, otherwise "world".
- occurred_start, occurred_end: ISO 8601 with the offset of the event date, for an event whose time can be told; otherwise null.
- entities: the names of people, organisations, places, products and other things by which the text will be looked up.`;
