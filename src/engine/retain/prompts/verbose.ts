/** For banks that would rather search through too much than miss something. */
export const VERBOSE = `Be thorough. Keep everything that the text says, with every detail: names, numbers, places, times, reasons,
feelings, circumstances, and who said it. Leave out only greetings and words without content.`;
