/**
 * Mends the mistakes that models make in JSON: single quotes for double ones, commas before a closing bracket, brackets and
 * strings that are not closed. Other text is left as it is, and then still does not parse.
 */
export function repairJson(text: string): string {
  const open: string[] = [];
  let repaired = "";
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== "") {
      if (char === "\\") {
        const escaped = text.charAt(++i);
        repaired += escaped === "'" ? "'" : char + escaped;
      } else if (char === quote) {
        quote = "";
        repaired += '"';
      } else if (char === '"') repaired += '\\"';
      else repaired += char === "\n" ? "\\n" : char;
    } else if (char === '"' || char === "'") {
      quote = char;
      repaired += '"';
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? "}" : "]");
      repaired += char;
    } else if (char === "}" || char === "]") {
      repaired = withoutTrailingComma(repaired);
      // A closer closes what was opened inside of it as well.
      while (open.length > 0) {
        const closer = open.pop();
        repaired += closer;
        if (closer === char) break;
      }
    } else repaired += char;
  }
  if (quote !== "") repaired += '"';
  return open.reduceRight((json, closer) => withoutTrailingComma(json) + closer, repaired);
}

function withoutTrailingComma(json: string): string {
  return json.replace(/,\s*$/, "");
}
