/** Carries out the changes of a document that a model asked for. */
import {
  newBlock,
  type Section,
  type StructuredDocument,
  slugOf,
  TakenIds,
  trimBlankLines,
} from "../../mental-models/document/structure.ts";
import type { DeltaOperation } from "./operations.ts";
import { continuesTable } from "./table-rows.ts";

/** An operation as it is reported: without the text that it carried. */
export type OperationRecord = Record<string, unknown>;

/** What was done, in the order of the operations; with those that were passed over goes the `reason`. */
export interface OperationLog {
  applied: OperationRecord[];
  skipped: OperationRecord[];
}

export interface AppliedOperations extends OperationLog {
  document: StructuredDocument;
  /** Those of `skipped` that name what the document does not have. */
  misdirected: OperationRecord[];
}

/** The document after the operations. One that does not fit it is passed over, and the others are carried out. */
export function applyOperations(
  document: StructuredDocument,
  operations: readonly DeltaOperation[],
): AppliedOperations {
  const edit = new Edit(document);
  for (const operation of operations) edit.apply(operation);
  const { applied, skipped, misdirected } = edit;
  return { document: { sections: edit.sections }, applied, skipped, misdirected };
}

/** An operation cannot be carried out. */
class Skipped extends Error {
  readonly isMisdirected: boolean;

  constructor(reason: string, { isMisdirected }: { isMisdirected: boolean }) {
    super(reason);
    this.isMisdirected = isMisdirected;
  }
}

class Edit {
  readonly sections: Section[];
  readonly applied: OperationRecord[] = [];
  readonly skipped: OperationRecord[] = [];
  readonly misdirected: OperationRecord[] = [];
  /** Ids of blocks, also of those that were removed meanwhile. */
  readonly #blockIds: TakenIds;
  readonly #sectionIds: TakenIds;
  /** The sections that were added, by their heading and by the id that was wished for. */
  readonly #added = new Map<string, string>();

  constructor({ sections }: StructuredDocument) {
    this.sections = structuredClone(sections);
    this.#blockIds = new TakenIds(sections.flatMap(({ blocks }) => blocks.map(({ id }) => id)));
    this.#sectionIds = new TakenIds(sections.map(({ id }) => id));
  }

  apply(operation: DeltaOperation): void {
    const record = recordOf(operation);
    try {
      this.applied.push({ ...record, ...this.#carryOut(operation) });
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      const entry = { ...record, reason: error.message };
      this.skipped.push(entry);
      if (error.isMisdirected) this.misdirected.push(entry);
    }
  }

  /** @returns what is reported beside the operation itself. @throws Skipped */
  #carryOut(operation: DeltaOperation): OperationRecord {
    if (operation.op === "add_section") return this.#addSection(operation);
    const section = this.#section(operation.section_id);
    switch (operation.op) {
      case "append_block":
        return this.#insert(section, () => section.blocks.length, operation.text);
      case "insert_block": {
        const { after_block_id: after } = operation;
        return this.#insert(
          section,
          () => (after === null ? 0 : this.#place(section, after) + 1),
          operation.text,
        );
      }
      case "replace_block": {
        refuseEmpty(operation.text);
        const place = this.#place(section, operation.block_id);
        section.blocks[place] = { id: operation.block_id, text: trimBlankLines(operation.text) };
        return {};
      }
      case "remove_block":
        section.blocks.splice(this.#place(section, operation.block_id), 1);
        return {};
      case "remove_section":
        this.sections.splice(this.sections.indexOf(section), 1);
        this.#sectionIds.release(section.id);
        return {};
      case "replace_section_blocks":
        section.blocks = this.#newBlocks(operation.blocks);
        return {};
      case "rename_section":
        section.heading = operation.new_heading;
        return {};
    }
  }

  #insert(section: Section, placeOf: () => number, text: string): OperationRecord {
    refuseEmpty(text);
    const place = placeOf();
    const before = section.blocks[place - 1];
    if (before && continuesTable(before.text, text)) {
      before.text = `${before.text}\n${trimBlankLines(text)}`;
      return { merged_into_block_id: before.id };
    }
    section.blocks.splice(place, 0, newBlock(text, this.#blockIds));
    return {};
  }

  #addSection(operation: Extract<DeltaOperation, { op: "add_section" }>): OperationRecord {
    const { heading, level, new_id: wished, after_section_id: after } = operation;
    const place = after === null ? this.sections.length : this.#anchor(after) + 1;
    const id = this.#sectionIds.take(wished || slugOf(heading));
    this.sections.splice(place, 0, { id, heading, level, blocks: this.#newBlocks(operation.blocks) });
    this.#added.set(heading, id);
    if (wished !== null) this.#added.set(wished, id);
    return { assigned_id: id };
  }

  #newBlocks(texts: readonly string[]) {
    return texts.filter((text) => text.trim() !== "").map((text) => newBlock(text, this.#blockIds));
  }

  #section(id: string): Section {
    const section = this.sections.find((candidate) => candidate.id === id);
    if (!section) throw new Skipped(`there is no section ${id}`, { isMisdirected: true });
    return section;
  }

  #place(section: Section, blockId: string): number {
    const place = section.blocks.findIndex(({ id }) => id === blockId);
    if (place >= 0) return place;
    const owner = this.sections.find(({ blocks }) => blocks.some(({ id }) => id === blockId));
    const reason = owner
      ? `block ${blockId} is of section ${owner.id}, not of ${section.id}`
      : `there is no block ${blockId}`;
    throw new Skipped(reason, { isMisdirected: true });
  }

  /** A section by its id, or in the words that models use for one: its heading, the id that they wished for. */
  #anchor(name: string): number {
    for (const id of [name, this.#added.get(name), slugOf(name)]) {
      const place = this.sections.findIndex((section) => section.id === id);
      if (place >= 0) return place;
    }
    const place = this.sections.findIndex(({ heading }) => heading === name);
    if (place < 0) throw new Skipped(`there is no section ${name}`, { isMisdirected: true });
    return place;
  }
}

function refuseEmpty(text: string): void {
  if (text.trim() === "") throw new Skipped("the text is empty", { isMisdirected: false });
}

function recordOf(operation: DeltaOperation): OperationRecord {
  return Object.fromEntries(Object.entries(operation).filter(([key]) => key !== "text" && key !== "blocks"));
}
