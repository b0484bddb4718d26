import type { GraphLink, GraphUnit } from "../../store/graph.ts";

/** What connects two memories. */
export interface GraphEdge extends GraphLink {
  /** Of the entity that both mention; "" for other edges. */
  entityName: string;
}

/** Of stored and of derived edges so many are shown. */
export const MAX_EDGES = 10_000;
/** A unit is connected with so many of the next that mention the same. */
const ENTITY_NEIGHBOURS = 10;

/**
 * The edges between the units that are shown, each once: stored links, those of observations' sources as if they were theirs,
 * and what follows from common sources and common entities.
 */
export function graphEdges(
  units: readonly GraphUnit[],
  links: readonly GraphLink[],
  names: ReadonlyMap<string, readonly string[]>,
): GraphEdge[] {
  const edges = new EdgeList();
  const shown = new Set(units.map(({ unitId }) => unitId));
  const observations = observationsBySource(units);
  edges.addAll(links.filter((link) => shown.has(link.fromUnitId) && shown.has(link.toUnitId)));
  for (const link of links) edges.addAll(copies(link, shown, observations));
  edges.allowMore();
  addDerived(edges, units, names);
  return edges.list;
}

/** A link of sources as one of their observations. */
function copies(
  link: GraphLink,
  shown: ReadonlySet<string>,
  observations: ReadonlyMap<string, string[]>,
): GraphLink[] {
  const { fromUnitId, toUnitId } = link;
  const ofFrom = observations.get(fromUnitId) ?? [];
  const ofTo = observations.get(toUnitId) ?? [];
  // A source that is not shown itself is stood for by the first observation that rests on it.
  const target = shown.has(toUnitId) ? toUnitId : ofTo[0];
  return [
    ...ofFrom.flatMap((id) =>
      target !== undefined && id !== target ? [{ ...link, fromUnitId: id, toUnitId: target }] : [],
    ),
    ...(shown.has(fromUnitId) ? ofTo : []).flatMap((id) =>
      id === fromUnitId ? [] : [{ ...link, toUnitId: id }],
    ),
  ];
}

function addDerived(
  edges: EdgeList,
  units: readonly GraphUnit[],
  names: ReadonlyMap<string, readonly string[]>,
): void {
  const seen = new Set<string>();
  const add = (fromUnitId: string, toUnitId: string, linkType: string, entityName: string) => {
    const pair = [fromUnitId, toUnitId].sort();
    const key = JSON.stringify([...pair, linkType, entityName]);
    if (seen.has(key)) return;
    seen.add(key);
    edges.add({ fromUnitId, toUnitId, linkType, weight: 1, entityName });
  };
  for (const ids of observationsBySource(units.filter(isObservation)).values()) {
    forPairs(edges, ids, ids.length, (from, to) => add(from, to, "semantic", ""));
  }
  // A name that everybody has says the least: the rarest come first.
  const byName = [...unitsByName(units, names)].sort(([, a], [, b]) => a.length - b.length);
  for (const [name, ids] of byName) {
    forPairs(edges, ids, ENTITY_NEIGHBOURS, (from, to) => add(from, to, "entity", name));
  }
}

/** Each id with so many of the next, until the list of edges is full. */
function forPairs(
  edges: EdgeList,
  ids: readonly string[],
  neighbours: number,
  visit: (from: string, to: string) => void,
): void {
  for (const [index, from] of ids.entries()) {
    for (const to of ids.slice(index + 1, index + 1 + neighbours)) {
      if (edges.isFull) return;
      visit(from, to);
    }
  }
}

function isObservation({ factType }: GraphUnit): boolean {
  return factType === "observation";
}

function observationsBySource(units: readonly GraphUnit[]): Map<string, string[]> {
  return group(
    units.flatMap(({ unitId, sourceMemoryIds }) => sourceMemoryIds.map((id) => [id, unitId] as const)),
  );
}

function unitsByName(
  units: readonly GraphUnit[],
  names: ReadonlyMap<string, readonly string[]>,
): Map<string, string[]> {
  return group(
    units.flatMap(({ unitId }) => (names.get(unitId) ?? []).map((name) => [name, unitId] as const)),
  );
}

function group(pairs: readonly (readonly [key: string, value: string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) {
    const values = groups.get(key);
    if (values) values.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** Edges, each once, up to a limit. */
class EdgeList {
  readonly list: GraphEdge[] = [];
  readonly #keys = new Set<string>();
  #limit = MAX_EDGES;

  get isFull(): boolean {
    return this.list.length >= this.#limit;
  }

  /** As many again. */
  allowMore(): void {
    this.#limit = this.list.length + MAX_EDGES;
  }

  addAll(links: readonly GraphLink[]): void {
    for (const link of links) this.add({ ...link, entityName: "" });
  }

  add(edge: GraphEdge): void {
    const key = JSON.stringify([edge.fromUnitId, edge.toUnitId, edge.linkType, edge.entityName]);
    if (this.isFull || this.#keys.has(key)) return;
    this.#keys.add(key);
    this.list.push(edge);
  }
}
