import { TestkitError } from "../errors/testkit-error.ts";

/** What a header carries as it is: printable ASCII, and no space at either end, which is cut off on the way. */
const HEADER_TEXT = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * A key that no caller could send would refuse all of them. One read from a file often ends with a newline.
 *
 * @param leftOut what it means that there is none, for the message.
 * @throws TestkitError `INVALID_OPTION`; the key is not repeated.
 */
export function checkApiKey(apiKey: string | undefined, leftOut: string): void {
  if (apiKey === undefined || (typeof apiKey === "string" && HEADER_TEXT.test(apiKey))) return;
  throw new TestkitError("INVALID_OPTION", {
    what: `\`apiKey\` must be a text of printable ASCII characters that is not empty, without spaces or newlines at its ends; left out, ${leftOut}.`,
  });
}
