import type { Queryable } from "./database.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";

/** A rule that a bank's answers follow. */
export interface DirectiveRow {
  directiveId: string;
  name: string;
  content: string;
  priority: number;
  isActive: boolean;
  tags: string[];
  createdAt: Date;
  updatedAt: Date;
}

/** What a caller writes of a directive. */
export type DirectiveContent = Pick<DirectiveRow, "name" | "content" | "priority" | "isActive" | "tags">;

export interface DirectiveFilter {
  /** Empty: all. Directives without tags are always among the found ones. */
  tags: readonly string[];
  match: "any" | "all" | "exact";
  activeOnly: boolean;
  limit: number;
  offset: number;
}

const COLUMNS = `directive_id AS "directiveId", name, content, priority, is_active AS "isActive", tags,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** A page of a bank's directives, the weightiest first, and how many there are. */
export async function listDirectives(
  db: Queryable,
  bankKey: string,
  filter: DirectiveFilter,
): Promise<{ total: number; directives: DirectiveRow[] }> {
  const where = `bank_key = $1 AND (is_active OR NOT $2)
    AND ($3::text[] = '{}' OR tags = '{}' OR CASE $4
      WHEN 'any' THEN tags && $3
      WHEN 'all' THEN tags @> $3
      ELSE tags @> $3 AND tags <@ $3 END)`;
  const values = [bankKey, filter.activeOnly, filter.tags, filter.match];
  const [page, count] = await Promise.all([
    db.query<DirectiveRow>(
      `SELECT ${COLUMNS} FROM directives WHERE ${where}
       ORDER BY priority DESC, created_at DESC, directive_id DESC LIMIT $5 OFFSET $6`,
      [...values, filter.limit, filter.offset],
    ),
    db.query<{ total: number }>(`SELECT count(*)::int AS total FROM directives WHERE ${where}`, values),
  ]);
  return { total: count.rows[0]?.total ?? 0, directives: page.rows };
}

/** What an answer follows of a directive. */
export type ActiveDirective = Pick<DirectiveRow, "directiveId" | "name" | "content">;

/** The directives that are switched on, the weightiest first. @param filter of their tags; absent: all. */
export async function listActiveDirectives(
  db: Queryable,
  bankKey: string,
  filter: TagFilter | undefined,
  limit: number,
): Promise<ActiveDirective[]> {
  const values: unknown[] = [bankKey, limit];
  const condition = filter ? ` AND ${tagCondition(filter, "tags", values)}` : "";
  const { rows } = await db.query<ActiveDirective>(
    `SELECT directive_id AS "directiveId", name, content FROM directives
     WHERE bank_key = $1 AND is_active${condition}
     ORDER BY priority DESC, created_at DESC, directive_id DESC LIMIT $2`,
    values,
  );
  return rows;
}

export async function findDirective(
  db: Queryable,
  bankKey: string,
  directiveId: string,
): Promise<DirectiveRow | undefined> {
  const { rows } = await db.query<DirectiveRow>(
    `SELECT ${COLUMNS} FROM directives WHERE bank_key = $1 AND directive_id = $2`,
    [bankKey, directiveId],
  );
  return rows[0];
}

export async function insertDirective(
  db: Queryable,
  bankKey: string,
  directiveId: string,
  directive: DirectiveContent,
  now: Date,
): Promise<DirectiveRow | undefined> {
  const { rows } = await db.query<DirectiveRow>(
    `INSERT INTO directives (bank_key, directive_id, name, content, priority, is_active, tags, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING ${COLUMNS}`,
    [
      bankKey,
      directiveId,
      directive.name,
      directive.content,
      directive.priority,
      directive.isActive,
      directive.tags,
      now,
    ],
  );
  return rows[0];
}

/** @param change null leaves a field as it is. */
export async function updateDirective(
  db: Queryable,
  bankKey: string,
  directiveId: string,
  change: { [Field in keyof DirectiveContent]: DirectiveContent[Field] | null },
  now: Date,
): Promise<DirectiveRow | undefined> {
  const { rows } = await db.query<DirectiveRow>(
    `UPDATE directives SET name = coalesce($3, name), content = coalesce($4, content),
       priority = coalesce($5, priority), is_active = coalesce($6, is_active), tags = coalesce($7, tags),
       updated_at = $8
     WHERE bank_key = $1 AND directive_id = $2 RETURNING ${COLUMNS}`,
    [bankKey, directiveId, change.name, change.content, change.priority, change.isActive, change.tags, now],
  );
  return rows[0];
}

/** @returns false when the bank has no such directive. */
export async function deleteDirective(db: Queryable, bankKey: string, directiveId: string): Promise<boolean> {
  const { rowCount } = await db.query("DELETE FROM directives WHERE bank_key = $1 AND directive_id = $2", [
    bankKey,
    directiveId,
  ]);
  return rowCount === 1;
}
