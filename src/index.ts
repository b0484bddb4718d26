export type { Bank, BoundNamespace } from "./client/bank.ts";
export type { BankList, BankListOptions } from "./client/bank-list.ts";
export { HindsightClient } from "./client/hindsight-client.ts";
export type { BanksNamespace, Disposition } from "./client/namespaces/banks.ts";
export type { DirectivesNamespace, NewDirective } from "./client/namespaces/directives.ts";
export type { DocumentsNamespace } from "./client/namespaces/documents.ts";
export type { EntitiesNamespace } from "./client/namespaces/entities.ts";
export type { MemoriesNamespace, Memory, MemoryChange } from "./client/namespaces/memories.ts";
export type {
  CreatedMentalModel,
  MentalModelsNamespace,
  NewMentalModel,
} from "./client/namespaces/mental-models.ts";
export type { OperationListOptions, OperationsNamespace } from "./client/namespaces/operations.ts";
export { RequestError } from "./client/request-error.ts";
export { HindsightEmbedded } from "./embedded/hindsight-embedded.ts";
export type { HindsightEmbeddedOptions } from "./embedded/options.ts";
export type { Profile } from "./embedded/profiles/profile.ts";
export type {
  CreateProfileOptions,
  ListedProfile,
  ProfileSource,
} from "./embedded/profiles/profile-store.ts";
export { ProfileStore } from "./embedded/profiles/profile-store.ts";
export type { ErrorCode } from "./errors/catalogue.ts";
export { ContainerUnavailableError } from "./errors/container-unavailable-error.ts";
export { TestkitError } from "./errors/testkit-error.ts";
export type { LlmMode, LlmOptions } from "./gateway/llm-options.ts";
export { RecordedLlm } from "./gateway/recorded-llm.ts";
export { ContainerPostgres } from "./postgres/container/container-postgres.ts";
export type { ExistingHindsightServer, ExistingServerOptions } from "./server/existing-server.ts";
export { HindsightServer, type StartingServer, type StartOptions } from "./server/hindsight-server.ts";
export type { HindsightServerOptions } from "./server/options.ts";
export type { StartedHindsightServer } from "./server/started-server.ts";
export type { TestClock, TimeSpan } from "./server/test-clock.ts";
export type { TestSandbox } from "./server/test-sandbox.ts";
export { withHindsightServer } from "./server/with-server.ts";
