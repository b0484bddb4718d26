import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";

/** A document as a list shows it. */
export interface ListedDocument {
  documentId: string;
  contentHash: string;
  /** Of the text that is kept, in characters. */
  textLength: number;
  /** Facts; observations belong to no document. */
  unitCount: number;
  retainParams: Record<string, unknown> | null;
  documentMetadata: Record<string, unknown> | null;
  tags: string[];
  createdAt: Date;
  updatedAt: Date;
  /** What the searched text was found in. */
  idMatched: boolean;
  textMatched: boolean;
}

/** Conditions that are joined with AND; null (and an empty text) is none. */
export interface DocumentFilter {
  /** A part of the id or the text, in any case. */
  text: string | null;
  tags?: TagFilter | undefined;
  /** What `from` and `until` look at, and what the list is ordered by. */
  timeColumn: "created_at" | "updated_at" | null;
  from: Date | null;
  until: Date | null;
  limit: number;
  offset: number;
}

/** Of a search no more than so many documents are counted and listed. */
const MAX_MATCHES = 1000;

/** A page of a bank's documents, the last written first, and how many there are. */
export async function listDocuments(
  db: Queryable,
  bankKey: string,
  filter: DocumentFilter,
): Promise<{ total: number; totalIsEstimate: boolean; documents: ListedDocument[] }> {
  const values: unknown[] = [bankKey];
  const parts = ["d.bank_key = $1"];
  const add = (value: unknown) => `$${values.push(value)}`;
  let matched = { id: "false", text: "false" };
  if (filter.text) {
    const like = `ILIKE ${add(`%${filter.text.replaceAll(/[\\%_]/g, "\\$&")}%`)}`;
    matched = { id: `d.document_id ${like}`, text: `d.original_text ${like}` };
    parts.push(`(${matched.id} OR ${matched.text})`);
  }
  if (filter.tags) parts.push(tagCondition(filter.tags, "d.tags", values));
  const time = `d.${filter.timeColumn ?? "updated_at"}`;
  if (filter.from) parts.push(`${time} >= ${add(filter.from)}`);
  if (filter.until) parts.push(`${time} < ${add(filter.until)}`);
  const hasWindow = filter.timeColumn || filter.from || filter.until;
  const order = `${hasWindow ? time : "d.updated_at DESC, d.created_at"} DESC, d.document_id COLLATE "C"`;
  const where = parts.join(" AND ");

  const most = filter.text ? MAX_MATCHES : null;
  const limit = most === null ? filter.limit : Math.max(0, Math.min(filter.limit, most - filter.offset));
  const counted = `SELECT FROM documents d WHERE ${where}${most === null ? "" : ` LIMIT ${most + 1}`}`;
  const [count, page] = await Promise.all([
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM (${counted}) AS counted`, [...values]),
    db.query<ListedDocument>(
      `SELECT d.document_id AS "documentId", d.content_hash AS "contentHash", d.text_length AS "textLength",
         d.retain_params AS "retainParams", d.document_metadata AS "documentMetadata", d.tags,
         d.created_at AS "createdAt", d.updated_at AS "updatedAt",
         ${matched.id} AS "idMatched", coalesce(${matched.text}, false) AS "textMatched",
         (SELECT count(*)::int FROM memory_units u
          WHERE u.bank_key = d.bank_key AND u.document_id = d.document_id) AS "unitCount"
       FROM documents d WHERE ${where} ORDER BY ${order} LIMIT ${add(limit)} OFFSET ${add(filter.offset)}`,
      values,
    ),
  ]);
  const total = count.rows[0]?.total ?? 0;
  if (most === null || total <= most) return { total, totalIsEstimate: false, documents: page.rows };
  return { total: most, totalIsEstimate: true, documents: page.rows };
}
