const DIGITS = "零一二三四五六七八九";
const UNITS: Record<string, number> = { 十: 10, 百: 100, 千: 1000 };

/** What numbers are written with, for patterns. */
const NUMERALS = "零〇○一二两俩三四五六七八九十百千万";
export const NUMBER = `[0-9]+|[${NUMERALS}]+`;
export const YEAR = "\\p{Nd}{4}|[零〇○o一二三四五六七八九]{4}";
export const MONTH = "十二|十一|十|[一二三四五六七八九]|1[0-2]|0?[1-9]";
export const DAY =
  "[0-2]?[0-9]|3[01]|卅一|卅|廿[一二三四五六七八九]?|三十一|三十|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二两俩三四五六七八九]";

function digitOf(character: string): number | undefined {
  if ("〇○".includes(character)) return 0;
  if ("两俩".includes(character)) return 2;
  const digit = DIGITS.indexOf(character);
  return digit < 0 ? undefined : digit;
}

/** `12`, `十二`, `廿一`, `两千零三`. Digits in a row without a unit are no number. */
export function readNumber(text: string): number | undefined {
  if (/^\p{Nd}+$/u.test(text)) return Number(text);
  const [first, ...rest] = text;
  const tens = first === "廿" ? 20 : first === "卅" ? 30 : undefined;
  if (tens !== undefined && rest.length < 2) {
    const ones = rest[0] === undefined ? 0 : digitOf(rest[0]);
    return ones === undefined ? undefined : tens + ones;
  }
  if (!/[十百千万]/.test(text)) return rest.length > 0 ? undefined : digitOf(text);
  let total = 0;
  let section = 0;
  let digit = 0;
  for (const character of text) {
    const value = digitOf(character);
    if (value !== undefined) {
      digit = value;
      continue;
    }
    if (character === "万") {
      total += (section + digit) * 10_000;
      section = 0;
    } else {
      const unit = UNITS[character];
      if (unit === undefined) return undefined;
      section += (digit || 1) * unit;
    }
    digit = 0;
  }
  return total + section + digit;
}

/** `2022`, `二〇二二`. */
export function readYear(text: string): number | undefined {
  if (/^\p{Nd}+$/u.test(text)) return Number(text);
  const digits = Array.from(text, (character) => (character === "o" ? 0 : digitOf(character)));
  return digits.includes(undefined) ? undefined : Number(digits.join(""));
}

export function readMonth(text: string): number | undefined {
  const month = readNumber(text);
  return month !== undefined && month >= 1 && month <= 12 ? month : undefined;
}

export function readDay(text: string): number | undefined {
  const day = readNumber(text);
  return day !== undefined && day >= 1 && day <= 31 ? day : undefined;
}

/** 0 is Monday. */
export function readWeekday(text: string): number {
  if ("日天7".includes(text)) return 6;
  const digit = "123456".indexOf(text);
  return digit < 0 ? "一二三四五六".indexOf(text) : digit;
}

/** `第一`, `2`. */
export function readQuarter(text: string): number {
  const bare = text.replace("第", "");
  const digit = "1234".indexOf(bare);
  return (digit < 0 ? "一二三四".indexOf(bare) : digit) + 1;
}
