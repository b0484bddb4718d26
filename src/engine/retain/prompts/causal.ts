/** Causes are told by position, and only backward: a model that has written a fact knows its number. */
export const CAUSAL = `Causes: when a fact came about because of another one in your list, give it causal_relations with
{"target_index": <place of the cause in the list, from 0>, "relation_type": "caused_by"}. The cause has to stand before its effect in
the list. Only where the text says or clearly shows it; most facts have none.`;
