import type { BankAddress } from "../../store/address.ts";
import {
  countUnitsByTime,
  SERIES_TIME_FIELDS,
  type SeriesTimeField,
  type SeriesUnit,
} from "../../store/timeseries.ts";
import { requireBank } from "../banks/banks.ts";
import type { EngineContext } from "../context.ts";
import { FACT_TYPES, type FactType } from "../types.ts";

/** The periods that can be asked for, in stretches of one unit; the current one is the last. */
const PERIODS: Record<string, { unit: SeriesUnit; count: number }> = {
  "1h": { unit: "minute", count: 60 },
  "12h": { unit: "hour", count: 12 },
  "1d": { unit: "hour", count: 24 },
  "7d": { unit: "day", count: 7 },
  "30d": { unit: "day", count: 30 },
  "90d": { unit: "day", count: 90 },
};
const DEFAULT_PERIOD = { name: "7d", unit: "day", count: 7 } as const;
const UNIT_MS: Record<SeriesUnit, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export interface Timeseries {
  period: string;
  unit: SeriesUnit;
  timeField: SeriesTimeField;
  /** All stretches of the period, the oldest first. */
  buckets: { time: Date; counts: Record<FactType, number> }[];
}

/**
 * How many memory units a bank got in each stretch of a period that ends now. An unknown period or field is the default.
 * @throws EngineError `bank_not_found`
 */
export async function memoriesTimeseries(
  context: EngineContext,
  address: BankAddress,
  asked: { period: string; timeField: string },
): Promise<Timeseries> {
  const { bankKey } = await requireBank(context, address);
  const known = Object.hasOwn(PERIODS, asked.period) ? PERIODS[asked.period] : undefined;
  const { name, unit, count } = known ? { name: asked.period, ...known } : DEFAULT_PERIOD;
  const timeField = SERIES_TIME_FIELDS.find((field) => field === asked.timeField) ?? "created_at";

  const step = UNIT_MS[unit];
  const current = Math.floor(context.clock.now().getTime() / step) * step;
  const buckets = Array.from({ length: count }, (_, index) => ({
    time: new Date(current - (count - 1 - index) * step),
    counts: { world: 0, experience: 0, observation: 0 } satisfies Record<FactType, number>,
  }));
  const byTime = new Map(buckets.map((bucket) => [bucket.time.getTime(), bucket]));
  const since = new Date(current - (count - 1) * step);
  for (const row of await countUnitsByTime(context.database, bankKey, { timeField, unit, since })) {
    const type = FACT_TYPES.find((candidate) => candidate === row.factType);
    const bucket = byTime.get(row.time.getTime());
    if (type && bucket) bucket.counts[type] += row.count;
  }
  return { period: name, unit, timeField, buckets };
}
