import type { HindsightApi } from "./hindsight-api.ts";
import type { BanksNamespace } from "./namespaces/banks.ts";
import type { Bound } from "./sdk-types.ts";

/** The methods of a namespace, without the bank's id. */
export type BoundNamespace<Namespace> = { readonly [Name in keyof Namespace]: Bound<Namespace[Name]> };

/** One bank of a server: the methods of the client and its namespaces, without the bank's id. */
export class Bank {
  readonly id: string;
  readonly retain: Bound<HindsightApi["retain"]>;
  readonly retainBatch: Bound<HindsightApi["retainBatch"]>;
  readonly recall: Bound<HindsightApi["recall"]>;
  readonly reflect: Bound<HindsightApi["reflect"]>;
  readonly create: Bound<BanksNamespace["create"]>;
  readonly get: Bound<BanksNamespace["get"]>;
  readonly setMission: Bound<BanksNamespace["setMission"]>;
  readonly setDisposition: Bound<BanksNamespace["setDisposition"]>;
  readonly config: Bound<BanksNamespace["config"]>;
  readonly updateConfig: Bound<BanksNamespace["updateConfig"]>;
  readonly resetConfig: Bound<BanksNamespace["resetConfig"]>;
  readonly delete: Bound<BanksNamespace["delete"]>;
  readonly mentalModels: BoundNamespace<HindsightApi["mentalModels"]>;
  readonly directives: BoundNamespace<HindsightApi["directives"]>;
  readonly memories: BoundNamespace<HindsightApi["memories"]>;
  readonly documents: BoundNamespace<HindsightApi["documents"]>;
  readonly entities: BoundNamespace<HindsightApi["entities"]>;
  readonly operations: BoundNamespace<HindsightApi["operations"]>;

  /** @internal */
  constructor(api: HindsightApi, id: string) {
    this.id = id;
    this.retain = (...rest) => api.retain(id, ...rest);
    this.retainBatch = (...rest) => api.retainBatch(id, ...rest);
    this.recall = (...rest) => api.recall(id, ...rest);
    this.reflect = (...rest) => api.reflect(id, ...rest);
    this.create = (...rest) => api.banks.create(id, ...rest);
    this.get = (...rest) => api.banks.get(id, ...rest);
    this.setMission = (...rest) => api.banks.setMission(id, ...rest);
    this.setDisposition = (...rest) => api.banks.setDisposition(id, ...rest);
    this.config = (...rest) => api.banks.config(id, ...rest);
    this.updateConfig = (...rest) => api.banks.updateConfig(id, ...rest);
    this.resetConfig = (...rest) => api.banks.resetConfig(id, ...rest);
    this.delete = (...rest) => api.banks.delete(id, ...rest);
    this.mentalModels = bindAll(api.mentalModels, id);
    this.directives = bindAll(api.directives, id);
    this.memories = bindAll(api.memories, id);
    this.documents = bindAll(api.documents, id);
    this.entities = bindAll(api.entities, id);
    this.operations = bindAll(api.operations, id);
  }
}

/** All public names of a namespace are methods that take a bank's id first. */
function bindAll<Namespace extends object>(namespace: Namespace, bankId: string): BoundNamespace<Namespace> {
  const prototype: Record<string, (...sent: unknown[]) => unknown> = Object.getPrototypeOf(namespace);
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const bound = names.map((name) => [
    name,
    (...rest: unknown[]) => prototype[name]?.call(namespace, bankId, ...rest),
  ]);
  return Object.fromEntries(bound);
}
