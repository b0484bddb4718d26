/**
 * Holds the signatures of the client's namespaces to those of the official client, when types are checked: a parameter or an
 * answer that it changes is changed here, or fails.
 */
import type { HindsightClient as OfficialClient, sdk } from "@vectorize-io/hindsight-client";
import type { Bank, HindsightClient } from "../../src/index.ts";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { not: A; but: B };
type Holds<T extends true> = T;

type Sends<Method> = Method extends (...sent: infer Sent) => unknown ? Sent : never;
type Answers<Method> = Method extends (...sent: never[]) => Promise<infer Answer> ? Answer : never;
/** What a function of a route answers. */
type Routed<Name extends keyof typeof sdk> =
  Answers<(typeof sdk)[Name]> extends { data: infer Data }
    ? NonNullable<Data>
    : Extract<Answers<(typeof sdk)[Name]>, { error: undefined }> extends { data: infer Data }
      ? Data
      : never;

type Method<Name extends keyof OfficialClient> = OfficialClient[Name];
type Namespace<Name extends keyof HindsightClient> = HindsightClient[Name];

/** Whose parameters and answers are the official client's own. */
export type SameMethods = [
  Holds<Same<Sends<Namespace<"banks">["create"]>, Sends<Method<"createBank">>>>,
  Holds<Same<Answers<Namespace<"banks">["create"]>, Answers<Method<"createBank">>>>,
  Holds<Same<Answers<Namespace<"banks">["get"]>, Answers<Method<"getBankProfile">>>>,
  Holds<Same<Sends<Namespace<"banks">["config"]>, Sends<Method<"getBankConfig">>>>,
  Holds<Same<Sends<Namespace<"banks">["updateConfig"]>, Sends<Method<"updateBankConfig">>>>,
  Holds<Same<Answers<Namespace<"banks">["setMission"]>, Answers<Method<"updateBankConfig">>>>,
  Holds<Same<Answers<Namespace<"banks">["setDisposition"]>, Answers<Method<"updateBankConfig">>>>,
  Holds<Same<Sends<Namespace<"memories">["list"]>, Sends<Method<"listMemories">>>>,
  Holds<Same<Answers<Namespace<"memories">["list"]>, Answers<Method<"listMemories">>>>,
  Holds<Same<Sends<Namespace<"documents">["update"]>, Sends<Method<"updateDocument">>>>,
  Holds<Same<Answers<Namespace<"documents">["get"]>, Answers<Method<"getDocument">>>>,
  Holds<Same<Sends<Namespace<"directives">["update"]>, Sends<Method<"updateDirective">>>>,
  Holds<Same<Answers<Namespace<"directives">["create"]>, Answers<Method<"createDirective">>>>,
  Holds<Same<Sends<Namespace<"mentalModels">["list"]>, Sends<Method<"listMentalModels">>>>,
  Holds<Same<Sends<Namespace<"mentalModels">["update"]>, Sends<Method<"updateMentalModel">>>>,
  Holds<Same<Answers<Namespace<"mentalModels">["get"]>, Answers<Method<"getMentalModel">>>>,
  Holds<Same<Answers<Namespace<"entities">["list"]>, Routed<"listEntities">>>,
  Holds<Same<Answers<Namespace<"operations">["get"]>, Routed<"getOperationStatus">>>,
];

/** A bank's methods are the client's without the bank's id. */
export type SameBound = [
  Holds<Same<[string, ...Sends<Bank["retain"]>], Sends<Method<"retain">>>>,
  Holds<Same<[string, ...Sends<Bank["memories"]["list"]>], Sends<Method<"listMemories">>>>,
  Holds<Same<Answers<Bank["recall"]>, Answers<Method<"recall">>>>,
];

export async function refused(client: HindsightClient, bank: Bank): Promise<void> {
  // @ts-expect-error a bank has no such option
  await client.banks.create("bank", { colour: "red" });
  // @ts-expect-error nor has a bound one
  await bank.create({ colour: "red" });
  // @ts-expect-error without a text there must be a query
  await client.mentalModels.create("bank", { name: "Nothing" });
  // @ts-expect-error a trait that there is not
  await client.banks.setDisposition("bank", { patience: 3 });
  // @ts-expect-error operations are of one of five states
  await client.operations.list("bank", { status: "done" });
  // @ts-expect-error a bank that is bound takes no id
  await bank.directives.get("bank", "directive", "one too many");
  // @ts-expect-error banks are not listed by a bank
  await bank.list();
  const { operation_id } = await client.mentalModels.create("bank", { name: "n", content: "c" });
  // @ts-expect-error with a text there is none to wait for
  await client.operations.get("bank", operation_id);
}
