/** @returns a line for each difference: "<where>: <what>", the other document's first. */
export function compareDocuments(own: object, other: object): string[];
