import type { GraphEdge, GraphUnit, MemoryGraph } from "../../engine/graph/memory-graph.ts";
import { isoDate } from "../../engine/iso-date.ts";
import { isoDateOrNull } from "../dates.ts";

const LABEL_LENGTH = 30;
const NODE_COLORS = ["#e0e0e0", "#90caf9", "#42a5f5"];
const LINK_STYLES: Record<string, { color: string; lineStyle: string }> = {
  temporal: { color: "#00bcd4", lineStyle: "dashed" },
  semantic: { color: "#ff69b4", lineStyle: "solid" },
  entity: { color: "#ffd700", lineStyle: "solid" },
};
const OTHER_STYLE = { color: "#999999", lineStyle: "solid" };

/** A bank's memories for drawing, and as the rows of a table. */
export function toGraph({ units, names, edges, total }: MemoryGraph, limit: number) {
  const namesOf = ({ unitId }: GraphUnit) => names.get(unitId) ?? [];
  return {
    nodes: units.map((unit) => toNode(unit, namesOf(unit))),
    edges: edges.map(toEdge),
    table_rows: units.map((unit) => toRow(unit, namesOf(unit))),
    total_units: total,
    limit,
  };
}

function toNode(unit: GraphUnit, names: readonly string[]) {
  const characters = [...unit.text];
  return {
    data: {
      id: unit.unitId,
      label:
        characters.length > LABEL_LENGTH ? `${characters.slice(0, LABEL_LENGTH).join("")}...` : unit.text,
      text: unit.text,
      date: unit.eventDate ? isoDate(unit.eventDate) : "",
      context: unit.context ?? "",
      entities: joined(names),
      color: NODE_COLORS[Math.min(names.length, NODE_COLORS.length - 1)] ?? null,
    },
  };
}

function toEdge({ fromUnitId: source, toUnitId: target, linkType, weight, entityName }: GraphEdge) {
  return {
    data: {
      id: `${source}-${target}-${linkType}`,
      source,
      target,
      linkType,
      weight,
      entityName,
      ...(LINK_STYLES[linkType] ?? OTHER_STYLE),
    },
  };
}

function toRow(unit: GraphUnit, names: readonly string[]) {
  return {
    id: unit.unitId,
    text: unit.text,
    context: unit.context || "N/A",
    occurred_start: isoDateOrNull(unit.occurredStart),
    occurred_end: isoDateOrNull(unit.occurredEnd),
    mentioned_at: isoDateOrNull(unit.mentionedAt),
    date: unit.eventDate ? unit.eventDate.toISOString().slice(0, 16).replace("T", " ") : "N/A",
    entities: joined(names),
    document_id: unit.documentId,
    chunk_id: unit.chunkId,
    fact_type: unit.factType,
    tags: unit.tags,
    created_at: isoDate(unit.createdAt),
    proof_count: unit.proofCount || null,
  };
}

function joined(names: readonly string[]): string {
  return names.length > 0 ? names.join(", ") : "None";
}
