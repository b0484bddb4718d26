import { readTurns } from "./json-turns.ts";
import { isDialogueLine, matchSpeakerLine, type SpeakerLine } from "./speaker-lines.ts";

/** What one speaker says in one go, or a stretch of prose without a speaker. */
export interface Utterance {
  /** As the text names them; undefined: nobody in particular. */
  speaker: string | undefined;
  /** The words in which the text dates it; undefined: it does not. */
  date: string | undefined;
  text: string;
}

/** Takes a text apart by who speaks: turns in JSON, lines that begin with a name, or prose. */
export function splitUtterances(text: string): Utterance[] {
  const turns = readTurns(text);
  if (turns) return turns;
  const lines = text.split(/\r?\n/);
  const spoken = lines.map(matchSpeakerLine);
  const isDialogue = isDialogueLine(spoken.filter((line) => line !== undefined));
  const utterances: Utterance[] = [];
  let current: Utterance | undefined;
  for (const [index, line] of lines.entries()) {
    const match: SpeakerLine | undefined = spoken[index];
    if (match && isDialogue(match)) {
      current = { speaker: match.speaker, date: match.date, text: match.text };
      utterances.push(current);
    } else if (current) {
      current.text += `\n${line}`;
    } else {
      current = { speaker: undefined, date: undefined, text: line };
      utterances.push(current);
    }
  }
  return utterances;
}
