/** Beyond so many cells the table of the longest common subsequence is not worth its memory. */
const MOST_CELLS = 1_000_000;
const LONGEST_LINE = 160;
/** How much of the equal text around a change in a long line is shown, on either side. */
const CONTEXT_CHARACTERS = 40;

interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
}

/**
 * How `after` differs from `before`, in the usual form: lines with `- ` and `+ `, with one line of context around them.
 * Long lines are cut to what changed in them, long diffs to their beginning.
 */
export function lineDiff(before: string, after: string, options: { mostLines: number }): string[] {
  const lines = shorten(compareLines(before.split("\n"), after.split("\n")));
  const shown = withContext(lines).map(({ sign, text }) => `${sign} ${text}`.trimEnd());
  if (shown.length <= options.mostLines) return shown;
  return [...shown.slice(0, options.mostLines), `… ${shown.length - options.mostLines} more lines`];
}

function compareLines(before: string[], after: string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [
    ...signed(" ", before.slice(0, start)),
    ...compareMiddles(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...signed(" ", before.slice(before.length - end)),
  ];
}

function signed(sign: DiffLine["sign"], texts: string[]): DiffLine[] {
  return texts.map((text) => ({ sign, text }));
}

/** By the longest common subsequence: `lengths` holds its length for every pair of suffixes. */
function compareMiddles(before: string[], after: string[]): DiffLine[] {
  const width = after.length + 1;
  if ((before.length + 1) * width > MOST_CELLS) return [...signed("-", before), ...signed("+", after)];
  const lengths = new Uint32Array((before.length + 1) * width);
  const length = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: " ", text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || length(i + 1, j) >= length(i, j + 1))) {
      lines.push({ sign: "-", text: old });
      i += 1;
    } else if (fresh !== undefined) {
      lines.push({ sign: "+", text: fresh });
      j += 1;
    } else {
      return lines;
    }
  }
}

/** Cuts long lines; a removed and an added line that stand for each other are cut around what changed. */
function shorten(lines: DiffLine[]): DiffLine[] {
  return lines.map((line, index) => {
    if (line.text.length <= LONGEST_LINE) return line;
    const other = line.sign === " " ? undefined : counterpart(lines, index);
    const equal = other === undefined ? 0 : equalStart(line.text, other.text);
    const from = Math.max(0, Math.min(equal - CONTEXT_CHARACTERS, line.text.length - LONGEST_LINE));
    const to = Math.min(line.text.length, from + LONGEST_LINE);
    const cut = line.text.slice(from, to);
    return { ...line, text: `${from > 0 ? "…" : ""}${cut}${to < line.text.length ? "…" : ""}` };
  });
}

/** The line at the same place in the run of the other sign: n removed lines that n added ones follow are pairs. */
function counterpart(lines: DiffLine[], index: number): DiffLine | undefined {
  const sign = lines[index]?.sign;
  let start = index;
  while (lines[start - 1]?.sign === sign) start -= 1;
  let end = index + 1;
  while (lines[end]?.sign === sign) end += 1;
  const other = sign === "-" ? lines[end + (index - start)] : lines[start - (end - index)];
  const wanted = sign === "-" ? "+" : "-";
  return other?.sign === wanted ? other : undefined;
}

function equalStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function withContext(lines: DiffLine[]): DiffLine[] {
  return lines.filter(
    ({ sign }, index) => sign !== " " || changed(lines[index - 1]) || changed(lines[index + 1]),
  );
}

function changed(line: DiffLine | undefined): boolean {
  return line !== undefined && line.sign !== " ";
}
