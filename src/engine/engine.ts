import type { TokenUsage } from "../llm/types.ts";
import { findBank } from "../store/banks.ts";
import { ensureBank } from "./banks/banks.ts";
import { resolveConfig } from "./banks/resolve-config.ts";
import type { EngineContext } from "./context.ts";
import { IndexUpkeep } from "./index-upkeep.ts";
import { RefreshSchedule } from "./mental-models/refresh-schedule.ts";
import { executors } from "./operations/executors.ts";
import { checkAppends, groupByStrategy } from "./operations/submit-retain.ts";
import { OperationWorker } from "./operations/worker.ts";
import { recall } from "./recall/recall.ts";
import { reflect } from "./reflect/reflect.ts";
import { reflectSettings } from "./reflect/settings.ts";
import { linkLeftovers } from "./retain/links/semantic.ts";
import { retain } from "./retain/retain.ts";
import { retainSettings } from "./retain/settings.ts";
import { SandboxActivity } from "./sandboxes/activity.ts";
import { restoreClocks } from "./sandboxes/test-clocks.ts";
import { TestSandboxes } from "./sandboxes/test-sandboxes.ts";
import type {
  BankAddress,
  RecallAnswer,
  RecallRequest,
  ReflectAnswer,
  ReflectRequest,
  RetainItem,
} from "./types.ts";
import { addUsage, NO_USAGE } from "./usage.ts";
import { workFor } from "./work-for.ts";

/** A request of reflect with the settings that it may override. */
export interface ReflectCall extends ReflectRequest {
  observationsMaxTokens?: number | undefined;
  observationsIncludeEntities?: boolean | undefined;
}

/**
 * The memory engine of one server. What needs a bank's configuration is a method; everything else is a function that takes
 * the context.
 */
export class Engine {
  readonly context: EngineContext;
  readonly activity = new SandboxActivity();
  readonly sandboxes: TestSandboxes;
  readonly worker: OperationWorker;
  readonly indexUpkeep: IndexUpkeep;
  readonly refreshSchedule: RefreshSchedule;

  constructor(context: EngineContext) {
    this.context = context;
    this.sandboxes = new TestSandboxes(context, this.activity);
    this.worker = new OperationWorker(context, this.activity, executors(context));
    this.indexUpkeep = new IndexUpkeep(context);
    this.refreshSchedule = new RefreshSchedule(context);
  }

  /** Takes up what the database holds, and begins to execute operations. */
  async start(): Promise<void> {
    if (this.context.testMode) await restoreClocks(this.context);
    await linkLeftovers(this.context);
    await this.worker.start();
    this.indexUpkeep.start();
    this.refreshSchedule.start();
  }

  /** Runs work that is done for a bank ("": of no bank) of a sandbox. */
  within<T>(address: BankAddress, work: () => T): T {
    return workFor(this.context.clock, address, work);
  }

  /**
   * Stores items now: each strategy's after the other. The bank is made first, also when the items are then refused.
   * @throws EngineError `invalid_value`, `llm_failed`
   */
  async retain(address: BankAddress, items: readonly RetainItem[], signal: AbortSignal): Promise<TokenUsage> {
    if (items.length === 0) return NO_USAGE;
    const config = resolveConfig(this.context.bankDefaults, (await ensureBank(this.context, address)).config);
    checkAppends(items, config.store_document_text === true);
    let usage = NO_USAGE;
    for (const group of groupByStrategy(items)) {
      const settings = retainSettings(config, group[0]?.strategy);
      const result = await retain(this.context, address, group, { settings, signal });
      usage = addUsage(usage, result.usage);
    }
    return usage;
  }

  /** @throws EngineError `bank_not_found`, `unprocessable`, `timeout`; ServiceError */
  recall(address: BankAddress, request: RecallRequest, signal: AbortSignal): Promise<RecallAnswer> {
    return recall(this.context, address, request, { signal });
  }

  /**
   * Answers a question from the bank's memory. A bank that does not exist is made.
   * @throws EngineError `invalid_value` without a model; `llm_failed`, `timeout`
   */
  async reflect(address: BankAddress, call: ReflectCall, signal: AbortSignal): Promise<ReflectAnswer> {
    const bank = await findBank(this.context.database, address);
    const config = resolveConfig(this.context.bankDefaults, bank?.config ?? {});
    const settings = reflectSettings(config, call);
    return reflect(this.context, address, call, settings, { signal });
  }
}
