/** A line that begins with a name and a colon. */
export interface SpeakerLine {
  speaker: string;
  date: string | undefined;
  text: string;
}

const WORD = String.raw`[\p{Lu}\p{Lo}][\p{L}\p{M}'’.-]*`;
const NAME = String.raw`${WORD}(?:\s+${WORD}){0,2}`;
const ROLE = "[Uu]ser|[Aa]ssistant|[Hh]uman|AI|[Aa]gent|[Bb]ot|[Cc]ustomer|[Ss]upport|[Ss]ystem";
const STAMP = String.raw`\[([^\]]{3,40})\]\s*|(\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?)\s*[-–]\s*`;
const LINE = new RegExp(
  String.raw`^\s*(?:${STAMP})?\*{0,2}(${ROLE}|${NAME})(?:\s*[([]([^)\]]{3,40})[)\]])?\s*\*{0,2}:\*{0,2}\s+(\S.*)$`,
  "u",
);

/** Words before a colon that are no speaker. */
const LABELS = new Set(
  `note notes decision decisions action actions attendees agenda date time location place subject from to cc re summary todo
  topic topics participants next steps title owner deadline status question answer update warning example ingredients address
  phone email result results conclusion background goal goals project team budget venue price cost total context memo ps
  important reminder today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday chapter section step
  pros cons risks outcome present absent minutes`.split(/\s+/),
);

const ROLES = new RegExp(`^(?:${ROLE})$`, "u");
const ADDRESS = /\b(?:I|I['’](?:m|ve|ll|d)|me|my|you|your|we|our|us)\b/iu;

export function matchSpeakerLine(line: string): SpeakerLine | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, stamp, chatStamp, speaker = "", note, text = ""] = match;
  if (
    speaker
      .toLowerCase()
      .split(/\s+/)
      .every((word) => LABELS.has(word))
  )
    return undefined;
  const date = [stamp, chatStamp, note].find((part) => part !== undefined && /\d/.test(part));
  return { speaker, date, text };
}

/**
 * Tells which of a text's lines with a colon are somebody speaking. Roles always are. Names are when they come back, or when
 * most of what follows them is in the first or second person; "Venue: the old mill" is not.
 */
export function isDialogueLine(lines: readonly SpeakerLine[]): (line: SpeakerLine) => boolean {
  const named = lines.filter((line) => !ROLES.test(line.speaker));
  const comesBack = new Set(named.map((line) => line.speaker)).size < named.length;
  const personal = named.filter((line) => ADDRESS.test(line.text)).length;
  const namesSpeak = comesBack || personal * 2 >= named.length;
  return (line) => ROLES.test(line.speaker) || namesSpeak;
}
