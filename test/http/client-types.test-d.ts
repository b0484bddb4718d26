/**
 * Holds the shapes of this server to the types of upstream's own client, when types are checked: what the server answers can
 * be read as what the client declares, and what the client sends is what the server declares that it takes. A field that is
 * optional there must be here as well.
 */
import type { sdk } from "@vectorize-io/hindsight-client";
import type { bankBody } from "../../src/http/routes/banks.ts";
import type { configBody } from "../../src/http/routes/config.ts";
import type { consolidationBody } from "../../src/http/routes/consolidation.ts";
import type { directiveBody, directiveChangeBody } from "../../src/http/routes/directives.ts";
import type { documentChangeBody } from "../../src/http/routes/documents.ts";
import type { retainBody } from "../../src/http/routes/memories.ts";
import type { changeBody } from "../../src/http/routes/memory.ts";
import type {
  mentalModelBody,
  mentalModelChangeBody,
  refreshBody,
} from "../../src/http/routes/mental-models.ts";
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
import type * as mentalModel from "../../src/http/wire/answers/mental-model.ts";
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

/** The names of fields, of an object or of what it holds, that `Full` has and `Part` has not. */
type Lost<Full, Part> =
  Present<Full> extends readonly (infer FullItem)[]
    ? Lost<FullItem, Item<Present<Part>>>
    : Present<Full> extends object
      ? string extends keyof Present<Full>
        ? never
        : {
            [Key in keyof Present<Full> & string]: Key extends keyof Present<Part>
              ? Lost<Present<Full>[Key], Present<Part>[Key]>
              : Key;
          }[keyof Present<Full> & string]
      : never;
type Present<T> = Exclude<T, null | undefined>;
type Item<T> = T extends readonly (infer One)[] ? One : never;

/** Errors of the type checker where an answer, or a body, is not of the type it should have. */
type Gives<Answer extends Declared, Declared> = Lost<Declared, Answer>;
type Takes<Sent extends Taken, Taken> = Lost<Sent, Taken>;
/** And where fields are lost. */
type Nothing<T extends never> = T;

export type Answers = [
  Gives<Infer<typeof bank.bankListAnswer>, Answered<"listBanks">>,
  Gives<Infer<typeof bank.bankProfileAnswer>, Answered<"createOrUpdateBank">>,
  Gives<Infer<typeof bank.bankProfileAnswer>, Answered<"updateBank">>,
  Gives<Infer<typeof bank.bankConfigAnswer>, Answered<"getBankConfig">>,
  Gives<Infer<typeof bank.bankConfigAnswer>, Answered<"updateBankConfig">>,
  Gives<Infer<typeof bank.bankConfigAnswer>, Answered<"resetBankConfig">>,
  Gives<Infer<typeof deletionAnswer>, Answered<"deleteBank">>,
  Gives<Infer<typeof deletionAnswer>, Answered<"clearBankMemories">>,
  Gives<Infer<typeof deletionAnswer>, Answered<"clearObservations">>,
  Gives<Infer<typeof stats.bankStatsAnswer>, Answered<"getAgentStats">>,
  Gives<Infer<typeof stats.timeseriesAnswer>, Answered<"getMemoriesTimeseries">>,
  Gives<Infer<typeof directive.directiveListAnswer>, Answered<"listDirectives">>,
  Gives<Infer<typeof directive.directiveAnswer>, Answered<"createDirective">>,
  Gives<Infer<typeof directive.directiveAnswer>, Answered<"getDirective">>,
  Gives<Infer<typeof directive.directiveAnswer>, Answered<"updateDirective">>,
  Gives<Infer<typeof mentalModel.mentalModelListAnswer>, Answered<"listMentalModels">>,
  // Null is only for a model with its content, which upstream's client never sends.
  Gives<
    Infer<typeof mentalModel.mentalModelCreationAnswer> & { operation_id: string },
    Answered<"createMentalModel">
  >,
  Gives<Infer<typeof mentalModel.mentalModelAnswer>, Answered<"getMentalModel">>,
  Gives<Infer<typeof mentalModel.mentalModelAnswer>, Answered<"updateMentalModel">>,
  Gives<Infer<typeof mentalModel.mentalModelAnswer>, Answered<"clearMentalModel">>,
  Gives<Infer<typeof mentalModel.mentalModelRefreshAnswer>, Answered<"refreshMentalModel">>,
  Gives<Infer<typeof memory.retainedAnswer>, Answered<"retainMemories">>,
  Gives<Infer<typeof memory.memoryListAnswer>, Answered<"listMemories">>,
  Gives<Infer<typeof memory.observationScopeListAnswer>, Answered<"listObservationScopes">>,
  Gives<Infer<typeof memory.clearedObservationsAnswer>, Answered<"clearMemoryObservations">>,
  Gives<Infer<typeof memory.recoveredConsolidationAnswer>, Answered<"recoverConsolidation">>,
  Gives<Infer<typeof memory.tagListAnswer>, Answered<"listTags">>,
  Gives<Infer<typeof memoryGraphAnswer>, Answered<"getGraph">>,
  Gives<Infer<typeof document.documentListAnswer>, Answered<"listDocuments">>,
  Gives<Infer<typeof document.documentAnswer>, Answered<"getDocument">>,
  Gives<Infer<typeof document.documentUpdateAnswer>, Answered<"updateDocument">>,
  Gives<Infer<typeof document.documentDeletionAnswer>, Answered<"deleteDocument">>,
  Gives<Infer<typeof document.reprocessingAnswer>, Answered<"reprocessDocument">>,
  Gives<Infer<typeof document.chunkListAnswer>, Answered<"listDocumentChunks">>,
  Gives<Infer<typeof document.chunkAnswer>, Answered<"getChunk">>,
  Gives<Infer<typeof entity.entityListAnswer>, Answered<"listEntities">>,
  Gives<Infer<typeof entity.entityDetailsAnswer>, Answered<"getEntity">>,
  Gives<Infer<typeof entity.entityGraphAnswer>, Answered<"getEntityGraph">>,
  Gives<Infer<typeof recalledAnswer>, Answered<"recallMemories">>,
  Gives<Infer<typeof reflectedAnswer>, Answered<"reflect">>,
  Gives<Infer<typeof operation.operationListAnswer>, Answered<"listOperations">>,
  Gives<Infer<typeof operation.operationStatusAnswer>, Answered<"getOperationStatus">>,
  Gives<Infer<typeof operation.cancellationAnswer>, Answered<"cancelOperation">>,
  Gives<Infer<typeof operation.retryAnswer>, Answered<"retryOperation">>,
  Gives<Infer<typeof operation.operationDeletionAnswer>, Answered<"deleteOperation">>,
  Gives<Infer<typeof operation.queuedConsolidationAnswer>, Answered<"triggerConsolidation">>,
  Gives<Infer<typeof monitoring.livenessAnswer>, Answered<"getLiveness">>,
  Gives<Infer<typeof monitoring.versionAnswer>, Answered<"getVersion">>,
  Gives<Infer<typeof monitoring.llmHealthAnswer>, Answered<"testBankLlm">>,
];

export type Bodies = [
  Takes<Sends<"createOrUpdateBank">, InputOf<typeof bankBody>>,
  Takes<Sends<"updateBank">, InputOf<typeof bankBody>>,
  Takes<Sends<"updateBankConfig">, InputOf<typeof configBody>>,
  Takes<Sends<"createDirective">, InputOf<typeof directiveBody>>,
  Takes<Sends<"updateDirective">, InputOf<typeof directiveChangeBody>>,
  Takes<Sends<"createMentalModel">, InputOf<typeof mentalModelBody>>,
  Takes<Sends<"updateMentalModel">, InputOf<typeof mentalModelChangeBody>>,
  Takes<Sends<"refreshMentalModel">, InputOf<typeof refreshBody>>,
  Takes<Sends<"updateDocument">, InputOf<typeof documentChangeBody>>,
  Takes<Sends<"retainMemories">, InputOf<typeof retainBody>>,
  Takes<Sends<"updateMemory">, InputOf<typeof changeBody>>,
  Takes<Sends<"recallMemories">, InputOf<typeof recallBody>>,
  Takes<Sends<"reflect">, InputOf<typeof reflectBody>>,
  Takes<Sends<"triggerConsolidation">, InputOf<typeof consolidationBody>>,
];

export type LostFields = Nothing<Answers[number] | Bodies[number]>;
