/** A part of a prompt, set apart from the words around it. */
export function section(name: string, text: string): string {
  return `<${name}>\n${text}\n</${name}>`;
}
