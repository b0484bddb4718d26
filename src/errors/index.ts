export type { ErrorCode } from "./catalogue.ts";
export { TestkitError } from "./testkit-error.ts";
