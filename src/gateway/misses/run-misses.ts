import { shownPath } from "../cassette/store.ts";
import type { GatewayTest } from "../gateway-test.ts";
import { CAUSES, type Miss, scopeName } from "./miss-report.ts";
import { type MissReason, type Sharing, SharingIndex } from "./sharing.ts";

type MissingTest = Pick<GatewayTest, "testName" | "testFile" | "cassette">;

interface Group {
  reason: MissReason;
  first: MissingTest;
  /** By name and cassette: a test that is tried again counts once. */
  tests: Map<string, MissingTest>;
}

/** What made several tests of a run fail. */
export interface RepeatedMiss {
  /** One sentence, such as `reflect: the prompt changed.` */
  what: string;
  first: MissingTest;
  tests: MissingTest[];
  /** The project's entries that hold what is asked for no more. */
  sharing: string | undefined;
}

/**
 * The misses of a run. An edited prompt is a miss of every test that uses it: the first one tells all of it, the others that
 * it is the same.
 */
export class RunMisses {
  readonly #root: string | undefined;
  readonly #groups = new Map<string, Group>();
  #sharing: Promise<SharingIndex> | undefined;

  /** @param root the project, whose cassettes are counted; `undefined`: they are not. */
  constructor(root: string | undefined) {
    this.#root = root;
  }

  /** The cassettes of the project, read at the first miss. */
  async sharing(): Promise<SharingIndex | undefined> {
    if (this.#root === undefined) return undefined;
    this.#sharing ??= SharingIndex.scan(this.#root);
    return this.#sharing;
  }

  /**
   * The misses of a test as its failure tells them.
   * @returns also whether an earlier test has told all of them.
   */
  tell(test: MissingTest, misses: readonly Miss[]): { misses: Miss[]; toldBefore: boolean } {
    const told = new Map<string | Miss, { miss: Miss; group: Group | undefined; times: number }>();
    for (const miss of misses) {
      const key = miss.reason ? JSON.stringify(Object.values(miss.reason)) : miss;
      const known = told.get(key);
      if (known) known.times += 1;
      else told.set(key, { miss, group: this.#join(test, miss.reason), times: 1 });
    }
    const all = [...told.values()].map(({ miss, group, times }) => {
      const isFirst = group === undefined || testKey(group.first) === testKey(test);
      return { isFirst, miss: { ...miss, report: isFirst ? whole(miss, times) : short(miss, group, times) } };
    });
    return {
      misses: all.map(({ miss }) => miss),
      toldBefore: all.length > 0 && !all.some(({ isFirst }) => isFirst),
    };
  }

  /** Another run begins in this process: what was told is not before its reader's eyes any more. */
  reset(): void {
    this.#groups.clear();
    this.#sharing = undefined;
  }

  /** What several tests have missed for. */
  async repeated(): Promise<RepeatedMiss[]> {
    const groups = [...this.#groups.values()].filter(({ tests }) => tests.size > 1);
    const sharing = groups.length > 0 ? await this.sharing() : undefined;
    return groups.map(({ reason, first, tests }) => {
      const counts: Sharing | undefined = sharing?.of(reason);
      return {
        what: `${scopeName(reason.scope)}: ${CAUSES[reason.part]}`,
        first,
        tests: [...tests.values()],
        sharing: counts && sharing?.say(counts),
      };
    });
  }

  #join(test: MissingTest, reason: MissReason | undefined): Group | undefined {
    if (!reason) return undefined;
    const key = JSON.stringify(Object.values(reason));
    const known = this.#groups.get(key);
    const group = known ?? { reason, first: test, tests: new Map<string, MissingTest>() };
    if (!known) this.#groups.set(key, group);
    group.tests.set(testKey(test), test);
    return group;
  }
}

function testKey({ testName, cassette }: MissingTest): string {
  return JSON.stringify([testName, cassette]);
}

function whole({ report }: Miss, times: number): string {
  return times === 1
    ? report
    : `${report}\n  The test asked ${times} such things, which miss for this reason.`;
}

function short({ scope, model, differs, cause }: Miss, { first }: Group, times: number): string {
  const many = times === 1 ? "something that was" : `${times} things that were`;
  const also = differs.length > 1 ? ` Differs in: ${differs.join(", ")}.` : "";
  const why = cause === "unreadable" ? "" : CAUSES[cause];
  return [
    `${scopeName(scope)} asked ${model} ${many} not recorded: ${why}${also}`,
    `  The same as in ${JSON.stringify(first.testName)} (${shownPath(first.testFile ?? first.cassette)}), which shows the change.`,
  ].join("\n");
}
