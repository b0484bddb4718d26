import { type GraphFilter, type GraphUnit, listGraphUnits, listLinksAmong } from "../../store/graph.ts";
import { loadEntities } from "../../store/recalled-rows.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { tagFilterOf } from "../tags/tag-filter-of.ts";
import type { BankAddress, TagRequest } from "../types.ts";
import { type GraphEdge, graphEdges, MAX_EDGES } from "./edges.ts";

export type { GraphEdge, GraphUnit };

export interface GraphRequest extends Omit<GraphFilter, "tags">, TagRequest {
  limit: number;
}

export interface MemoryGraph {
  units: GraphUnit[];
  /** The names that each unit mentions, by its id; an observation mentions what its sources do. */
  names: ReadonlyMap<string, string[]>;
  edges: GraphEdge[];
  /** How many units pass the filter. */
  total: number;
}

/** A bank's memories and what connects them, the last mentioned first. @throws EngineError `bank_not_found` */
export async function memoryGraph(
  context: EngineContext,
  address: BankAddress,
  request: GraphRequest,
): Promise<MemoryGraph> {
  const { database } = context;
  const { bankKey } = await requireBank(context, address);
  const tags = await tagFilterOf(database, bankKey, request);
  const { units, total } = await listGraphUnits(database, bankKey, { ...request, tags }, request.limit);
  // Links and names of sources are those of the observations, too.
  const ids = new Set(units.flatMap((unit) => [unit.unitId, ...unit.sourceMemoryIds]));
  const [links, entities] = await Promise.all([
    listLinksAmong(database, bankKey, [...ids], MAX_EDGES),
    loadEntities(database, bankKey, [...ids]),
  ]);
  const names = namesOf(units, (id) => entities.get(id)?.map(({ canonicalName }) => canonicalName) ?? []);
  return { units, names, edges: graphEdges(units, links, names), total };
}

function namesOf(units: readonly GraphUnit[], own: (unitId: string) => string[]): Map<string, string[]> {
  return new Map(
    units.map(({ unitId, sourceMemoryIds }) => {
      const direct = own(unitId);
      return [unitId, direct.length > 0 ? direct : [...new Set(sourceMemoryIds.flatMap(own))]];
    }),
  );
}
