/** What all modes are about. It comes first, so that providers can reuse the beginning of every call. */
export const TASK = `You turn text into the memories of an assistant: statements that are true on their own, long after the text is gone.`;
