import type { HindsightClient as OfficialClient } from "@vectorize-io/hindsight-client";
import { Bank } from "./bank.ts";
import type { ClientSource } from "./connection.ts";
import { BanksNamespace } from "./namespaces/banks.ts";
import { DirectivesNamespace } from "./namespaces/directives.ts";
import { DocumentsNamespace } from "./namespaces/documents.ts";
import { EntitiesNamespace } from "./namespaces/entities.ts";
import { MemoriesNamespace } from "./namespaces/memories.ts";
import { MentalModelsNamespace } from "./namespaces/mental-models.ts";
import { OperationsNamespace } from "./namespaces/operations.ts";

type Method<Name extends "retain" | "retainBatch" | "recall" | "reflect"> = OfficialClient[Name];

/** What a server of memories can be asked. Every call takes its connection from the source anew. */
export class HindsightApi {
  readonly banks: BanksNamespace;
  readonly mentalModels: MentalModelsNamespace;
  readonly directives: DirectivesNamespace;
  readonly memories: MemoriesNamespace;
  readonly documents: DocumentsNamespace;
  readonly entities: EntitiesNamespace;
  readonly operations: OperationsNamespace;
  /** Stores what a text says. */
  readonly retain: Method<"retain">;
  /** The same of several texts. */
  readonly retainBatch: Method<"retainBatch">;
  /** Finds what the bank knows about a query. */
  readonly recall: Method<"recall">;
  /** Answers a question by what the bank knows. */
  readonly reflect: Method<"reflect">;

  /** @internal */
  constructor(source: ClientSource) {
    this.banks = new BanksNamespace(source);
    this.mentalModels = new MentalModelsNamespace(source);
    this.directives = new DirectivesNamespace(source);
    this.memories = new MemoriesNamespace(source);
    this.documents = new DocumentsNamespace(source);
    this.entities = new EntitiesNamespace(source);
    this.operations = new OperationsNamespace(source);
    this.retain = async (...sent) => (await source.ready()).client.retain(...sent);
    this.retainBatch = async (...sent) => (await source.ready()).client.retainBatch(...sent);
    this.recall = async (...sent) => (await source.ready()).client.recall(...sent);
    this.reflect = async (...sent) => (await source.ready()).client.reflect(...sent);
  }

  /** One bank, for calls without its id. Nothing is asked of the server, and none is made. */
  bank(id: string): Bank {
    return new Bank(this, id);
  }
}
