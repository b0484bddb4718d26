const UUID_LENGTH = 36;
const UUID = /(?<![A-Za-z0-9_])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![A-Za-z0-9_])/g;

/** Whether digits are a card's number: their check digit is right, they are not all the same, and they are in no UUID. */
export function isLuhnCard(match: string, text: string, at: number): boolean {
  const digits = [...match].filter((character) => character !== " " && character !== "-").map(digitValue);
  if (new Set(digits).size === 1) return false;
  const sum = digits
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2))
    .reduce((total, digit) => total + digit, 0);
  return sum % 10 === 0 && !isInUuid(text, at, at + match.length);
}

function isInUuid(text: string, from: number, until: number): boolean {
  const start = Math.max(0, from - UUID_LENGTH + 1);
  const around = text.slice(start, until + UUID_LENGTH);
  return Array.from(around.matchAll(UUID)).some(
    (uuid) => start + uuid.index < until && start + uuid.index + uuid[0].length > from,
  );
}

/** The value of a decimal digit of any script: the ten of a script stand in a row, and rows begin at a zero. */
function digitValue(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return before % 10;
}
