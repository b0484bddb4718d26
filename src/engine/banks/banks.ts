import type { BankAddress } from "../../store/address.ts";
import { type BankFilter, type BankSummary, listBanks as listBankRows } from "../../store/bank-list.ts";
import {
  type BankRow,
  clearBankConfig,
  deleteBank as deleteBankRow,
  findBank,
  findBankForUpdate,
  findOrCreateBank,
  updateBank,
} from "../../store/banks.ts";
import type { Queryable } from "../../store/database.ts";
import type { EngineContext } from "../context.ts";
import { bankNotFound } from "../errors.ts";
import { newIdSeed } from "../ids.ts";
import { checkBankId } from "./bank-id.ts";
import { NEUTRAL_TRAIT, numberOr } from "./config-values.ts";
import { type ResolvedConfig, resolveConfig } from "./resolve-config.ts";
import { validateConfigUpdate } from "./validate-config.ts";

export type { BankSummary };

export interface BankProfile {
  bankId: string;
  name: string;
  disposition: { skepticism: number; literalism: number; empathy: number };
  mission: string;
}

/** A bank's configuration: resolved, and what the bank itself sets. */
export interface BankConfig {
  bankId: string;
  config: ResolvedConfig;
  overrides: Record<string, unknown>;
}

/** What a caller changes on a bank. */
export interface BankUpdate {
  name?: string | undefined;
  /** Configuration keys; null removes an override. */
  config: Record<string, unknown>;
}

/** The bank's row. @throws EngineError `bank_not_found` */
export async function requireBank(context: EngineContext, address: BankAddress): Promise<BankRow> {
  const bank = await findBank(context.database, address);
  if (!bank) throw bankNotFound(address.bankId);
  return bank;
}

/** The bank's row, made when there is none. @throws EngineError `invalid_value` when no bank may have this id. */
export function ensureBank(context: EngineContext, address: BankAddress): Promise<BankRow> {
  return createBank(context, context.database, address);
}

async function createBank(context: EngineContext, db: Queryable, address: BankAddress): Promise<BankRow> {
  checkBankId(address.bankId);
  return findOrCreateBank(db, address, {
    now: context.clock.now(),
    idSeed: newIdSeed(context, address.bankId),
  });
}

/**
 * Changes a bank, and makes it when there is none, unless `mustExist`. What is refused makes and changes nothing.
 * @throws EngineError `invalid_value`, `unprocessable`, `bank_not_found`
 */
export async function writeBank(
  context: EngineContext,
  address: BankAddress,
  update: BankUpdate,
  { mustExist = false } = {},
): Promise<BankRow> {
  const now = context.clock.now();
  return context.database.transaction(async (db) => {
    // Locked, so that two updates cannot each be valid and together contradict each other.
    const existing = await findBankForUpdate(db, address);
    if (!existing && mustExist) throw bankNotFound(address.bankId);
    const checked = validateConfigUpdate(update.config, {
      defaults: context.bankDefaults,
      overrides: existing?.config ?? {},
      maxCompletionTokens: context.llm ? context.settings.retain.maxCompletionTokens : Infinity,
    });
    const bank = existing ?? (await createBank(context, db, address));
    if (update.name === undefined && Object.keys(update.config).length === 0) return bank;
    const changed = await updateBank(db, bank.bankKey, { name: update.name, ...checked }, now);
    if (!changed) throw bankNotFound(address.bankId);
    return changed;
  });
}

/** Removes all of a bank's own configuration; a bank that does not exist has none. */
export async function resetConfig(context: EngineContext, address: BankAddress): Promise<BankConfig> {
  await clearBankConfig(context.database, address, context.clock.now());
  return { bankId: address.bankId, config: context.bankDefaults, overrides: {} };
}

/** @returns how many memory units, entities and documents went with the bank; 0 when there was none. */
export function deleteBank(context: EngineContext, address: BankAddress): Promise<number> {
  return deleteBankRow(context.database, address);
}

/** A page of a sandbox's banks, the last written first, and how many there are. */
export function listBanks(
  context: EngineContext,
  filter: BankFilter,
): Promise<{ total: number; banks: BankSummary[] }> {
  return listBankRows(context.database, filter);
}

export function bankConfig({ bankDefaults }: EngineContext, bank: BankRow): BankConfig {
  const { bankId, config: overrides } = bank;
  return { bankId, config: resolveConfig(bankDefaults, overrides), overrides };
}

export function bankProfile(context: EngineContext, bank: BankRow): BankProfile {
  const { config } = bankConfig(context, bank);
  const trait = (value: unknown) => numberOr(value, NEUTRAL_TRAIT);
  return {
    bankId: bank.bankId,
    name: bank.name,
    disposition: {
      skepticism: trait(config.disposition_skepticism),
      literalism: trait(config.disposition_literalism),
      empathy: trait(config.disposition_empathy),
    },
    mission: typeof config.reflect_mission === "string" ? config.reflect_mission : "",
  };
}
