/** The changes of a document that a model may ask for, and the reading of its reply. */
import { isJsonObject } from "../../../json-object.ts";
import { integerOf } from "../../lax-values.ts";

export type DeltaOperation =
  | { op: "append_block"; section_id: string; text: string }
  | { op: "insert_block"; section_id: string; after_block_id: string | null; text: string }
  | { op: "replace_block"; section_id: string; block_id: string; text: string }
  | { op: "remove_block"; section_id: string; block_id: string }
  | {
      op: "add_section";
      heading: string;
      level: number;
      blocks: string[];
      after_section_id: string | null;
      new_id: string | null;
    }
  | { op: "remove_section"; section_id: string }
  | { op: "replace_section_blocks"; section_id: string; blocks: string[] }
  | { op: "rename_section"; section_id: string; new_heading: string };

/** A reply that is not a list of operations: nothing of it is used. */
export class RefusedReplyError extends Error {
  /** What is wrong, line by line. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The reply holds no usable operations: ${faults.join("; ")}`);
    this.name = "RefusedReplyError";
    this.faults = faults;
  }
}

/**
 * The operations of a reply: an object with `operations` (absent: none), or the list itself. One that has another form than
 * it must have makes the whole reply unusable: what was meant by it may stand anywhere.
 * @throws RefusedReplyError
 */
export function readOperations(reply: unknown): DeltaOperation[] {
  const list = isJsonObject(reply) ? ("operations" in reply ? reply.operations : []) : reply;
  if (!Array.isArray(list))
    throw new RefusedReplyError(["the reply must be an object with a list `operations`"]);
  const faults: string[] = [];
  const operations = list.flatMap((item, number) => {
    const read = readOperation(item);
    if (!Array.isArray(read)) return read;
    faults.push(...read.map((fault) => `operation ${number}: ${fault}; it was ${quoted(item)}`));
    return [];
  });
  if (faults.length > 0) throw new RefusedReplyError(faults);
  return operations;
}

const QUOTED_LENGTH = 600;

function quoted(item: unknown): string {
  return (JSON.stringify(item) ?? "nothing").slice(0, QUOTED_LENGTH);
}

/** @returns the operation, or what is wrong with it. */
function readOperation(item: unknown): DeltaOperation | string[] {
  if (!isJsonObject(item)) return ["must be an object"];
  const fields = new Fields(item);
  const operation = fields.read();
  return fields.faults.length > 0 || !operation ? fields.faults : operation;
}

/** Reads the keys of one operation, and notes those that are missing, wrong or too many. */
class Fields {
  readonly faults: string[] = [];
  readonly #item: Record<string, unknown>;
  readonly #known = new Set(["op"]);

  constructor(item: Record<string, unknown>) {
    this.#item = item;
  }

  read(): DeltaOperation | undefined {
    const operation = this.#operation();
    if (!operation) {
      this.faults.push("`op` must be one of the operations that were listed");
      return undefined;
    }
    const unknown = Object.keys(this.#item).filter((key) => !this.#known.has(key));
    this.faults.push(...unknown.map((key) => `\`${key}\` is no key of ${operation.op}`));
    return operation;
  }

  #operation(): DeltaOperation | undefined {
    switch (this.#item.op) {
      case "append_block":
        return { op: "append_block", section_id: this.#text("section_id"), text: this.#text("text") };
      case "insert_block":
        return {
          op: "insert_block",
          section_id: this.#text("section_id"),
          after_block_id: this.#textOrNull("after_block_id"),
          text: this.#text("text"),
        };
      case "replace_block":
        return {
          op: "replace_block",
          section_id: this.#text("section_id"),
          block_id: this.#text("block_id"),
          text: this.#text("text"),
        };
      case "remove_block":
        return { op: "remove_block", section_id: this.#text("section_id"), block_id: this.#text("block_id") };
      case "add_section":
        return {
          op: "add_section",
          heading: this.#text("heading"),
          level: this.#level(),
          blocks: this.#blocks(),
          after_section_id: this.#textOrNull("after_section_id"),
          new_id: this.#textOrNull("new_id"),
        };
      case "remove_section":
        return { op: "remove_section", section_id: this.#text("section_id") };
      case "replace_section_blocks":
        return { op: "replace_section_blocks", section_id: this.#text("section_id"), blocks: this.#blocks() };
      case "rename_section":
        return {
          op: "rename_section",
          section_id: this.#text("section_id"),
          new_heading: this.#text("new_heading"),
        };
      default:
        return undefined;
    }
  }

  #value(key: string): unknown {
    this.#known.add(key);
    return this.#item[key];
  }

  #text(key: string): string {
    const value = this.#value(key);
    if (typeof value === "string") return value;
    this.faults.push(`\`${key}\` must be a string`);
    return "";
  }

  #textOrNull(key: string): string | null {
    const value = this.#value(key);
    if (value === undefined || value === null) return null;
    return this.#text(key);
  }

  #level(): number {
    const value = this.#value("level");
    if (value === undefined) return 2;
    const level = integerOf(value);
    if (level !== undefined && level >= 1 && level <= 6) return level;
    this.faults.push("`level` must be a whole number from 1 to 6");
    return 2;
  }

  /** Some models write new blocks as they see the old ones, with an id: the text is what counts. */
  #blocks(): string[] {
    const value = this.#value("blocks");
    if (value === undefined) return [];
    const blocks = Array.isArray(value)
      ? value.map((block: unknown) => (isJsonObject(block) ? block.text : block))
      : [undefined];
    const texts = blocks.filter((block) => typeof block === "string");
    if (texts.length < blocks.length) this.faults.push("`blocks` must be a list of strings");
    return texts;
  }
}
