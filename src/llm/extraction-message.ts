/**
 * The user message that asks for a chunk's facts: written by the engine, read by every model, and taken apart again by the
 * offline one. Both directions stand here, so that they cannot drift apart.
 */

export interface ExtractionMessage {
  /** What the bank is there to remember; null: nothing in particular. */
  mission: string | null;
  /** The chunk's number, from 1, and of how many. */
  chunk: { index: number; count: number };
  /** When the text was written: ISO 8601 with the writer's offset; null: unknown. */
  eventDate: string | null;
  /** Where the text comes from, in the caller's words. */
  context: string | null;
  metadata: Record<string, string>;
  /** The assistant whose memories these are; absent: the text tells who speaks. */
  narrator?: string | undefined;
  /** What else there is to say of the text. */
  note?: string | undefined;
  text: string;
}

const INSTRUCTION = "List the facts that the text at the end states, as one json object.";
const UNKNOWN = "Unknown";
const NONE = "none";
const TEXT_MARKER = "Text:";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ["January", "February", "March", "April", "May", "June"],
  ["July", "August", "September", "October", "November", "December"],
].flat();

/** Every line of ours begins at the margin; the lines of a longer value are indented, so that none can pass for ours. */
function field(name: string, value: string): string {
  return `${name}: ${value}`.replace(/\r\n|[\r\n\u2028\u2029]/g, "\n  ");
}

/** What stays the same from call to call comes first, which lets providers reuse a prefix. */
export function renderExtractionMessage(message: ExtractionMessage): string {
  const lines = [
    ...(message.mission === null ? [] : [field("Mission", message.mission), ""]),
    INSTRUCTION,
    "",
    `Chunk: ${message.chunk.index}/${message.chunk.count}`,
    `Event Date: ${message.eventDate === null ? UNKNOWN : spelledDate(message.eventDate)}`,
    field("Context", message.context === null ? NONE : message.context),
    ...Object.entries(message.metadata).map(([key, value]) => field(`Metadata ${key}`, value)),
    ...(message.narrator === undefined ? [] : [field("Narrator", narratorRule(message.narrator))]),
    "",
    ...(message.note === undefined ? [] : [message.note, ""]),
    TEXT_MARKER,
    message.text,
  ];
  return lines.join("\n");
}

/** Who "I" is, unless the context says that somebody else speaks. */
function narratorRule(name: string): string {
  return `${name}, the assistant whose memories these are: "I" is ${name}, unless the context names another speaker.`;
}

/** `Friday, June 02, 2023 (2023-06-02T09:30:00+02:00)`: the day as it was where the text was written. */
function spelledDate(iso: string): string {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  const date = String(day.getUTCDate()).padStart(2, "0");
  return `${WEEKDAYS[day.getUTCDay()]}, ${MONTHS[day.getUTCMonth()]} ${date}, ${day.getUTCFullYear()} (${iso})`;
}

/** What the offline model needs of a message that `renderExtractionMessage` wrote. */
export function parseExtractionMessage(content: string): { eventDate: string | null; text: string } {
  const marker = `\n${TEXT_MARKER}\n`;
  const at = content.indexOf(marker);
  if (at === -1) throw new Error("This is not a message that asks for the facts of a text");
  const eventDate = /^Event Date: .*\((.+)\)$/m.exec(content.slice(0, at))?.[1] ?? null;
  return { eventDate, text: content.slice(at + marker.length) };
}
