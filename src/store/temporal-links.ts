import type { Queryable } from "./database.ts";
import type { FactType } from "./fact-type.ts";
import { type TagFilter, tagCondition } from "./tag-filter.ts";
import { type WriteWindow, writeCondition } from "./write-window.ts";

/** A fact's dates. */
export interface UnitDates {
  occurredStart: Date | null;
  occurredEnd: Date | null;
  mentionedAt: Date | null;
}

/** A link from one of the facts that were asked for, and where it leads. */
export interface TemporalLink extends UnitDates {
  fromUnitId: string;
  unitId: string;
  factType: FactType;
  linkType: string;
  weight: number;
}

/** Weaker links are not followed. */
const MIN_WEIGHT = 0.1;

/** The dates of units by id; those that are gone are missing. */
export async function loadDates(
  db: Queryable,
  bankKey: string,
  unitIds: readonly string[],
): Promise<Map<string, UnitDates>> {
  if (unitIds.length === 0) return new Map();
  const { rows } = await db.query<UnitDates & { unitId: string }>(
    `SELECT unit_id AS "unitId", occurred_start AS "occurredStart", occurred_end AS "occurredEnd",
       mentioned_at AS "mentionedAt"
     FROM memory_units WHERE bank_key = $1 AND unit_id = ANY ($2::uuid[])`,
    [bankKey, unitIds],
  );
  return new Map(rows.map(({ unitId, ...dates }) => [unitId, dates]));
}

/** Each unit's strongest links in time and to its causes, as far as they lead to units of its type that pass the filter. Links of far facts all weigh the same: the nearer goes first. */
export async function strongestLinks(
  db: Queryable,
  bankKey: string,
  from: readonly { unitId: string; factType: FactType }[],
  options: { perUnit: number; tags: TagFilter | undefined; writes: WriteWindow | undefined },
): Promise<TemporalLink[]> {
  const values: unknown[] = [
    bankKey,
    from.map(({ unitId }) => unitId),
    from.map(({ factType }) => factType),
    options.perUnit,
    MIN_WEIGHT,
  ];
  const conditions = [
    ...(options.tags ? [tagCondition(options.tags, "u.tags", values)] : []),
    ...(options.writes ? [writeCondition(options.writes, "u.revision", values)] : []),
  ];
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const { rows } = await db.query<TemporalLink>(
    `SELECT s.unit_id AS "fromUnitId", u.unit_id AS "unitId", u.fact_type AS "factType", l.link_type AS "linkType",
       l.weight, u.occurred_start AS "occurredStart", u.occurred_end AS "occurredEnd", u.mentioned_at AS "mentionedAt"
     FROM unnest($2::uuid[], $3::text[]) AS s (unit_id, fact_type) CROSS JOIN LATERAL (
       SELECT to_unit_id, link_type, weight FROM memory_links AS link
       JOIN memory_units AS source ON source.bank_key = $1 AND source.unit_id = link.from_unit_id
       JOIN memory_units AS target ON target.bank_key = $1 AND target.unit_id = link.to_unit_id
       WHERE link.bank_key = $1 AND from_unit_id = s.unit_id AND link_type IN ('temporal', 'caused_by') AND weight >= $5
       ORDER BY weight DESC, abs(extract(epoch FROM target.event_date - source.event_date)), to_unit_id, link_type
       LIMIT $4) AS l
     JOIN memory_units u ON u.bank_key = $1 AND u.unit_id = l.to_unit_id AND u.fact_type = s.fact_type ${filter}`,
    values,
  );
  return rows;
}
