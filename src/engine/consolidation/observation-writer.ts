import type { BankRow } from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import { addObservationChange } from "../../store/observation-history.ts";
import {
  insertObservation,
  loadObservations,
  type ObservationRow,
  type ObservationWrite,
  unitExists,
  updateObservation,
} from "../../store/observation-writes.ts";
import type { PendingFact } from "../../store/pending-facts.ts";
import { documentsOf } from "../../store/unit-documents.ts";
import { deleteUnits, markPending } from "../../store/unit-removal.ts";
import { derivedUuid } from "../ids.ts";
import { spanOf } from "./dates.ts";
import type { Twin } from "./duplicates.ts";
import type { PreparedAnswer } from "./prepare.ts";
import type { ChangeKind, Outcome } from "./progress.ts";
import type { ConsolidationRun } from "./run.ts";

/** When and by whom an answer is stored. */
export interface AnswerWrite {
  /** Locked. */
  bank: BankRow;
  /** Of the first observation that is made. */
  firstPosition: number;
  now: Date;
  scope: readonly string[];
  /** The facts of the answer that are still there. */
  facts: readonly PendingFact[];
}

/** What an observation is to say, and the sources that it is to gain. */
interface Change {
  text: string;
  /** Null: its vector stays as it is, which is near enough. */
  embedding: Float32Array | null;
  tags: readonly string[];
  sourceIds: readonly string[];
  dates: ReturnType<typeof spanOf>;
}

/** Stores what an answer says of observations, in a transaction of the caller's. */
export class ObservationWriter {
  readonly #tx: Queryable;
  readonly #run: ConsolidationRun;
  readonly #write: AnswerWrite;
  readonly #facts: Map<string, PendingFact>;
  /** The observations that the answer is about, as they are now. */
  readonly #rows: Map<string, ObservationRow>;
  readonly #outcome = { created: 0, updated: 0, merged: 0, deleted: 0, failed: 0, processed: 0 };
  /** Of what is said more than once, the number at which the next id is looked for. */
  readonly #numbers = new Map<string, number>();
  readonly #changes: { sourceIds: readonly string[]; kind: ChangeKind; observationId: string }[] = [];

  private constructor(
    tx: Queryable,
    run: ConsolidationRun,
    write: AnswerWrite,
    rows: Map<string, ObservationRow>,
  ) {
    this.#tx = tx;
    this.#run = run;
    this.#write = write;
    this.#rows = rows;
    this.#facts = new Map(write.facts.map((fact) => [fact.unitId, fact]));
  }

  /** Looks at what the answer rests on. @returns undefined when that is no longer what the model was shown. */
  static async begin(
    tx: Queryable,
    run: ConsolidationRun,
    write: AnswerWrite,
    { plan, drafts, shown }: PreparedAnswer,
  ): Promise<ObservationWriter | undefined> {
    const changed = [...plan.updates, ...plan.deletes].map(({ observationId }) => observationId);
    const targets = plan.deletes.flatMap(({ mergedInto }) => mergedInto ?? []);
    const twins = drafts.flatMap(({ twin }) => twin?.observation.unitId ?? []);
    const ids = [...new Set([...changed, ...targets.filter((id) => id !== "unknown"), ...twins])];
    const rows = await loadObservations(tx, run.bank.bankKey, ids);
    const isOutdated = changed.some((id) => rows.get(id)?.revision !== shown.get(id));
    return isOutdated ? undefined : new ObservationWriter(tx, run, write, rows);
  }

  async write({ plan, drafts }: PreparedAnswer): Promise<Outcome> {
    const gone = plan.deletes.flatMap(({ observationId, mergedInto }) => {
      const row = this.#rows.get(observationId);
      return row ? [{ row, mergedInto }] : [];
    });
    await this.#remove(gone.map(({ row }) => row));
    for (const [index, update] of plan.updates.entries()) {
      const draft = drafts[index];
      if (draft) await this.#update(update, draft);
    }
    for (const [index, create] of plan.creates.entries()) {
      const draft = drafts[plan.updates.length + index];
      if (draft) await this.#create(create, draft, this.#write.firstPosition + index);
    }
    this.#outcome.deleted += gone.length;
    for (const { row } of gone) this.#tell(row.sourceMemoryIds, "removed", row.unitId);
    for (const { row, mergedInto } of gone) await this.#mergeInto(row, mergedInto);
    return { ...this.#outcome, changes: await this.#changesByDocument() };
  }

  async #update(
    { observationId, sourceIds }: PreparedAnswer["plan"]["updates"][number],
    { text, embedding, twin }: PreparedAnswer["drafts"][number],
  ): Promise<void> {
    const row = this.#rows.get(observationId);
    const sources = this.#live(sourceIds);
    if (!row || sources.length === 0) return;
    const change = this.#changeOf(text, embedding, sources);
    const all = [...change.sourceIds, ...row.sourceMemoryIds];
    this.#tell(all, "updated", observationId);
    const target = this.#unchanged(twin);
    if (!twin || !target) {
      await this.#remember(row, await this.#rewrite(row, change));
      this.#outcome.updated += 1;
      return;
    }
    await this.#remove([row]);
    const dates = spanOf([row, change.dates]);
    await this.#rewrite(target, { ...change, text: twin.text, embedding: null, sourceIds: all, dates });
    this.#outcome.merged += 1;
    this.#tell(all, "removed", observationId);
  }

  async #create(
    { sourceIds }: PreparedAnswer["plan"]["creates"][number],
    { text, embedding, twin }: PreparedAnswer["drafts"][number],
    position: number,
  ): Promise<void> {
    const sources = this.#live(sourceIds);
    if (sources.length === 0) return;
    const change = this.#changeOf(text, embedding, sources);
    const target = this.#unchanged(twin);
    if (twin && target) {
      await this.#rewrite(target, { ...change, text: twin.text, embedding: null });
      this.#outcome.merged += 1;
      this.#tell(sourceIds, "updated", target.unitId);
      return;
    }
    const { now, scope } = this.#write;
    const unitId = await this.#newId(text, change.sourceIds);
    const { dates } = change;
    const observation = {
      unitId,
      text,
      tags: scope,
      sourceMemoryIds: change.sourceIds,
      ...dates,
      eventDate: dates.eventDate ?? now,
      mentionedAt: dates.mentionedAt ?? now,
      embedding,
    };
    await insertObservation(this.#tx, this.#run.bank.bankKey, observation, { ...this.#stamp(), position });
    this.#outcome.created += 1;
    this.#tell(sourceIds, "created", unitId);
  }

  /** Moves what a removed observation rested on into another, or has its sources consolidated again. */
  async #mergeInto(row: ObservationRow, into: string | null): Promise<void> {
    if (into === null) return;
    const target = into === row.unitId ? undefined : this.#rows.get(into);
    if (!target) {
      const { released } = this.#run;
      for (const id of row.sourceMemoryIds) released.set(id, (released.get(id) ?? 0) + 1);
      await markPending(this.#tx, this.#run.bank.bankKey, row.sourceMemoryIds);
      return;
    }
    const { text } = target;
    const { sourceMemoryIds: sourceIds } = row;
    await this.#rewrite(target, { text, embedding: null, tags: [], sourceIds, dates: row });
  }

  /** Writes an observation with what it gains. @returns what it is then. */
  async #rewrite(row: ObservationRow, change: Change): Promise<ObservationRow> {
    const added = change.sourceIds.filter((id) => !row.sourceMemoryIds.includes(id));
    const written: ObservationRow = {
      ...row,
      text: change.text,
      tags: [...new Set([...row.tags, ...change.tags])],
      sourceMemoryIds: [...row.sourceMemoryIds, ...added],
      ...spanOf([row, change.dates]),
    };
    const { embedding } = change;
    await updateObservation(this.#tx, this.#run.bank.bankKey, { ...written, embedding }, this.#stamp());
    this.#rows.set(row.unitId, written);
    return written;
  }

  /** Keeps what an observation was before it was put in other words. */
  #remember(row: ObservationRow, written: ObservationRow): Promise<void> {
    const change = {
      previousText: row.text,
      previousTags: row.tags,
      previousOccurredStart: row.occurredStart,
      previousOccurredEnd: row.occurredEnd,
      previousMentionedAt: row.mentionedAt,
      newSourceMemoryIds: written.sourceMemoryIds.slice(row.sourceMemoryIds.length),
      changedAt: this.#write.now,
    };
    const { historyMaxEntries } = this.#run.context.settings.consolidation;
    return addObservationChange(this.#tx, this.#run.bank.bankKey, row.unitId, change, historyMaxEntries);
  }

  async #remove(rows: readonly ObservationRow[]): Promise<void> {
    if (rows.length === 0) return;
    const ids = rows.map(({ unitId }) => unitId);
    await deleteUnits(this.#tx, this.#run.bank.bankKey, ids);
    for (const id of ids) this.#rows.delete(id);
  }

  #changeOf(text: string, embedding: Float32Array, sources: readonly PendingFact[]): Change {
    return {
      text,
      embedding,
      tags: this.#write.scope,
      sourceIds: sources.map(({ unitId }) => unitId),
      dates: spanOf(sources),
    };
  }

  #live(sourceIds: readonly string[]): PendingFact[] {
    return sourceIds.flatMap((id) => this.#facts.get(id) ?? []);
  }

  /** The twin as it is, unless it was changed since the model was asked about it. */
  #unchanged(twin: Twin | null): ObservationRow | undefined {
    const row = twin && this.#rows.get(twin.observation.unitId);
    return row?.revision === twin?.observation.revision && row?.text === twin?.observation.text
      ? (row ?? undefined)
      : undefined;
  }

  #stamp(): ObservationWrite {
    const { now, bank } = this.#write;
    return { now, revision: bank.revision, column: this.#run.context.vectors.column };
  }

  /** A function of what the observation says and rests on, and the first such id that no unit of the bank has. */
  async #newId(text: string, sourceIds: readonly string[]): Promise<string> {
    const { bankKey, idSeed } = this.#run.bank;
    const content = JSON.stringify([[...this.#write.scope].sort(), text, [...sourceIds].sort()]);
    for (let number = this.#numbers.get(content) ?? 0; ; number += 1) {
      const id = derivedUuid(idSeed, "observation", content, number);
      if (await unitExists(this.#tx, bankKey, id)) continue;
      this.#numbers.set(content, number + 1);
      return id;
    }
  }

  #tell(sourceIds: readonly string[], kind: ChangeKind, observationId: string): void {
    this.#changes.push({ sourceIds, kind, observationId });
  }

  async #changesByDocument(): Promise<Outcome["changes"]> {
    const ids = [...new Set(this.#changes.flatMap(({ sourceIds }) => sourceIds))];
    const documents = await documentsOf(this.#tx, this.#run.bank.bankKey, ids);
    return this.#changes.flatMap(({ sourceIds, kind, observationId }) =>
      sourceIds.flatMap((id) => {
        const documentId = documents.get(id);
        return documentId === undefined ? [] : [{ documentId, kind, observationId }];
      }),
    );
  }
}
