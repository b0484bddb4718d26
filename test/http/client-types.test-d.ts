/**
 * Holds the shapes of this server to the types of upstream's own client, when types are checked: what the server answers can
 * be read as what the client declares, and what the client sends is what the server declares that it takes.
 */
import type { sdk } from "@vectorize-io/hindsight-client";
import type { bankBody } from "../../src/http/routes/banks.ts";
import type { configBody } from "../../src/http/routes/config.ts";
import type { consolidationBody } from "../../src/http/routes/consolidation.ts";
import type { directiveBody, directiveChangeBody } from "../../src/http/routes/directives.ts";
import type { documentChangeBody } from "../../src/http/routes/documents.ts";
import type { retainBody } from "../../src/http/routes/memories.ts";
import type { changeBody } from "../../src/http/routes/memory.ts";
import type { recallBody } from "../../src/http/routes/recall.ts";
import type { reflectBody } from "../../src/http/routes/reflect.ts";
import type { Infer, InputOf } from "../../src/http/validation/schema.ts";
import type * as bank from "../../src/http/wire/answers/bank.ts";
import type * as directive from "../../src/http/wire/answers/directive.ts";
import type * as document from "../../src/http/wire/answers/document.ts";
import type { deletionAnswer } from "../../src/http/wire/answers/done.ts";
import type * as entity from "../../src/http/wire/answers/entity.ts";
import type { memoryGraphAnswer } from "../../src/http/wire/answers/graph.ts";
import type * as memory from "../../src/http/wire/answers/memory.ts";
import type * as monitoring from "../../src/http/wire/answers/monitoring.ts";
import type * as operation from "../../src/http/wire/answers/operation.ts";
import type { recalledAnswer } from "../../src/http/wire/answers/recall.ts";
import type { reflectedAnswer } from "../../src/http/wire/answers/reflect.ts";
import type * as stats from "../../src/http/wire/answers/stats.ts";

type Sdk = typeof sdk;

/** What a call of the client is answered with. */
type Answered<Name extends keyof Sdk> = Sdk[Name] extends (...sent: never[]) => Promise<infer Result>
  ? Result extends { data: infer Data }
    ? NonNullable<Data>
    : never
  : never;

/** What a call of the client sends. */
type Sends<Name extends keyof Sdk> = Sdk[Name] extends (options: infer Options) => unknown
  ? Options extends { body?: infer Sent }
    ? NonNullable<Sent>
    : never
  : never;

/** An error of the type checker where `Value` is not one of `Type`. */
type Is<Value extends Type, Type> = [Value, Type];

export type Answers = [
  Is<Infer<typeof bank.bankListAnswer>, Answered<"listBanks">>,
  Is<Infer<typeof bank.bankProfileAnswer>, Answered<"createOrUpdateBank">>,
  Is<Infer<typeof bank.bankProfileAnswer>, Answered<"updateBank">>,
  Is<Infer<typeof bank.bankConfigAnswer>, Answered<"getBankConfig">>,
  Is<Infer<typeof bank.bankConfigAnswer>, Answered<"updateBankConfig">>,
  Is<Infer<typeof bank.bankConfigAnswer>, Answered<"resetBankConfig">>,
  Is<Infer<typeof deletionAnswer>, Answered<"deleteBank">>,
  Is<Infer<typeof deletionAnswer>, Answered<"clearBankMemories">>,
  Is<Infer<typeof deletionAnswer>, Answered<"clearObservations">>,
  Is<Infer<typeof stats.bankStatsAnswer>, Answered<"getAgentStats">>,
  Is<Infer<typeof stats.timeseriesAnswer>, Answered<"getMemoriesTimeseries">>,
  Is<Infer<typeof directive.directiveListAnswer>, Answered<"listDirectives">>,
  Is<Infer<typeof directive.directiveAnswer>, Answered<"createDirective">>,
  Is<Infer<typeof directive.directiveAnswer>, Answered<"getDirective">>,
  Is<Infer<typeof directive.directiveAnswer>, Answered<"updateDirective">>,
  Is<Infer<typeof memory.retainedAnswer>, Answered<"retainMemories">>,
  Is<Infer<typeof memory.memoryListAnswer>, Answered<"listMemories">>,
  Is<Infer<typeof memory.observationScopeListAnswer>, Answered<"listObservationScopes">>,
  Is<Infer<typeof memory.clearedObservationsAnswer>, Answered<"clearMemoryObservations">>,
  Is<Infer<typeof memory.recoveredConsolidationAnswer>, Answered<"recoverConsolidation">>,
  Is<Infer<typeof memory.tagListAnswer>, Answered<"listTags">>,
  Is<Infer<typeof memoryGraphAnswer>, Answered<"getGraph">>,
  Is<Infer<typeof document.documentListAnswer>, Answered<"listDocuments">>,
  Is<Infer<typeof document.documentAnswer>, Answered<"getDocument">>,
  Is<Infer<typeof document.documentUpdateAnswer>, Answered<"updateDocument">>,
  Is<Infer<typeof document.documentDeletionAnswer>, Answered<"deleteDocument">>,
  Is<Infer<typeof document.reprocessingAnswer>, Answered<"reprocessDocument">>,
  Is<Infer<typeof document.chunkListAnswer>, Answered<"listDocumentChunks">>,
  Is<Infer<typeof document.chunkAnswer>, Answered<"getChunk">>,
  Is<Infer<typeof entity.entityListAnswer>, Answered<"listEntities">>,
  Is<Infer<typeof entity.entityDetailsAnswer>, Answered<"getEntity">>,
  Is<Infer<typeof entity.entityGraphAnswer>, Answered<"getEntityGraph">>,
  Is<Infer<typeof recalledAnswer>, Answered<"recallMemories">>,
  Is<Infer<typeof reflectedAnswer>, Answered<"reflect">>,
  Is<Infer<typeof operation.operationListAnswer>, Answered<"listOperations">>,
  Is<Infer<typeof operation.operationStatusAnswer>, Answered<"getOperationStatus">>,
  Is<Infer<typeof operation.cancellationAnswer>, Answered<"cancelOperation">>,
  Is<Infer<typeof operation.retryAnswer>, Answered<"retryOperation">>,
  Is<Infer<typeof operation.operationDeletionAnswer>, Answered<"deleteOperation">>,
  Is<Infer<typeof operation.queuedConsolidationAnswer>, Answered<"triggerConsolidation">>,
  Is<Infer<typeof monitoring.livenessAnswer>, Answered<"getLiveness">>,
  Is<Infer<typeof monitoring.versionAnswer>, Answered<"getVersion">>,
  Is<Infer<typeof monitoring.llmHealthAnswer>, Answered<"testBankLlm">>,
];

export type Bodies = [
  Is<Sends<"createOrUpdateBank">, InputOf<typeof bankBody>>,
  Is<Sends<"updateBank">, InputOf<typeof bankBody>>,
  Is<Sends<"updateBankConfig">, InputOf<typeof configBody>>,
  Is<Sends<"createDirective">, InputOf<typeof directiveBody>>,
  Is<Sends<"updateDirective">, InputOf<typeof directiveChangeBody>>,
  Is<Sends<"updateDocument">, InputOf<typeof documentChangeBody>>,
  Is<Sends<"retainMemories">, InputOf<typeof retainBody>>,
  Is<Sends<"updateMemory">, InputOf<typeof changeBody>>,
  Is<Sends<"recallMemories">, InputOf<typeof recallBody>>,
  Is<Sends<"reflect">, InputOf<typeof reflectBody>>,
  Is<Sends<"triggerConsolidation">, InputOf<typeof consolidationBody>>,
];
