/** Most of a conversation is not worth a memory: what is kept is told by its use later on. */
export const CONCISE = `Be selective. Keep what somebody may want to know later: who people are and how they relate, what happened and
when, plans, decisions, preferences, circumstances, numbers and names, and what the assistant did or advised. Leave out
greetings, thanks, small talk and questions that nobody answered. Prefer few facts that say a lot to many that say little.`;
