import type { LlmStrategy } from "../settings/llm-chain-settings.ts";
import { LlmError } from "./llm-error.ts";
import type { ChatModel, ChatRequest, ChatResponse } from "./types.ts";

const MAX_COOLDOWN_MS = 3_600_000;

interface Member {
  model: ChatModel;
  /** Failures in a row, each after its cooldown. */
  failures: number;
  /** When it stops being asked last, on the clock of this process. */
  coolsUntil: number;
}

/**
 * Several models that answer for one another: who is asked first goes by the strategy, and when one has failed with all its
 * retries, the next one is asked. One that failed is asked last for a while.
 */
export class ModelChain implements ChatModel {
  readonly provider: string;
  readonly model: string;
  /** Any of them may be the one who answers. */
  readonly seesImages: boolean | null;
  readonly #members: Member[];
  readonly #strategy: LlmStrategy;
  readonly #now: () => number;
  /** Of a round-robin: how much each member is owed. */
  readonly #owed: number[];

  constructor(
    models: readonly [ChatModel, ...ChatModel[]],
    strategy: LlmStrategy,
    now: () => number = () => performance.now(),
  ) {
    this.provider = models[0].provider;
    this.model = models[0].model;
    this.seesImages = commonSight(models);
    this.#members = models.map((model) => ({ model, failures: 0, coolsUntil: 0 }));
    this.#strategy = strategy;
    this.#now = now;
    this.#owed = models.map(() => 0);
  }

  async complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResponse> {
    let failure: unknown;
    for (const member of this.#order(request)) {
      try {
        const response = await member.model.complete(request, signal);
        member.failures = 0;
        member.coolsUntil = 0;
        return response;
      } catch (error) {
        // What is too long for one is too long for all.
        if (!(error instanceof LlmError) || error.kind === "length") throw error;
        failure = error;
        this.#coolDown(member);
      }
    }
    throw failure;
  }

  #order(request: ChatRequest): Member[] {
    const { mode } = this.#strategy;
    if (mode === "metadata") return this.#members.slice(...this.#route(request));
    const first = mode === "round-robin" ? this.#turn() : 0;
    const order = [...this.#members.slice(first), ...this.#members.slice(0, first)];
    const now = this.#now();
    return order.sort((a, b) => Number(a.coolsUntil > now) - Number(b.coolsUntil > now));
  }

  /** The one member whose route fits; the primary for everything else. */
  #route({ itemMetadata = {} }: ChatRequest): [number, number] {
    const route = this.#strategy.routes?.find(({ key, value }) => fits(itemMetadata[key], value));
    const member = route?.member ?? 0;
    return [member, member + 1];
  }

  /** Each comes as often as its weight says, and its turns are spread out. */
  #turn(): number {
    const weights = this.#members.map((_, index) => this.#strategy.weights?.[index] ?? 1);
    let best = 0;
    for (const [index, weight] of weights.entries()) {
      this.#owed[index] = (this.#owed[index] ?? 0) + weight;
      if ((this.#owed[index] ?? 0) > (this.#owed[best] ?? 0)) best = index;
    }
    this.#owed[best] = (this.#owed[best] ?? 0) - weights.reduce((sum, weight) => sum + weight, 0);
    return best;
  }

  /** Calls that fail together are one failure. */
  #coolDown(member: Member): void {
    const now = this.#now();
    if (this.#strategy.cooldownMs === 0 || member.coolsUntil > now) return;
    member.failures += 1;
    const pause = this.#strategy.cooldownMs * 2 ** (member.failures - 1);
    member.coolsUntil = now + Math.min(pause, MAX_COOLDOWN_MS);
  }
}

function commonSight(models: readonly ChatModel[]): boolean | null {
  const answers = models.map((model) => model.seesImages ?? null);
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/** A list fits when one of its entries does. */
function fits(actual: unknown, expected: string): boolean {
  if (Array.isArray(actual)) return actual.some((entry) => fits(entry, expected));
  if (typeof actual === "boolean") return String(actual) === expected.toLowerCase();
  return (typeof actual === "string" || typeof actual === "number") && String(actual) === expected;
}
