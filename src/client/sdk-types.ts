import type { HindsightClient as OfficialClient, sdk } from "@vectorize-io/hindsight-client";

type Sdk = typeof sdk;

/** What a route answers, by the name of the official client's function for it. */
export type Answer<Name extends keyof Sdk> = Sdk[Name] extends (...sent: never[]) => Promise<infer Result>
  ? Result extends { data: infer Data }
    ? NonNullable<Data>
    : never
  : never;

/** What a route takes in its query. */
export type Query<Name extends keyof Sdk> = Sdk[Name] extends (options: infer Options) => unknown
  ? Options extends { query?: infer Sent }
    ? NonNullable<Sent>
    : never
  : never;

/** The last parameter of a method of the official client. */
export type OptionsOf<Name extends keyof OfficialClient> = NonNullable<
  Required<Parameters<OfficialClient[Name]>> extends [...unknown[], infer Options] ? Options : never
>;

/** Every call can be given up. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** `(bankId, …rest)` without the bank's id. */
export type Bound<Method> = Method extends (bankId: string, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;
