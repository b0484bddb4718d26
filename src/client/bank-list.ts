import { type Connection, to } from "./connection.ts";
import { RequestError } from "./request-error.ts";
import type { Answer, CallOptions } from "./sdk-types.ts";

const ROUTE = "/v1/default/banks";
const PAGE = 100;

/** Which banks to list. */
export interface BankListOptions extends CallOptions {
  /** A part of the id, the name or an alias. */
  q?: string;
  limit?: number;
  offset?: number;
}

/** A page of banks. `total` counts all that are found. */
export type BankList = Answer<"listBanks"> & { total: number; limit: number; offset: number };

/** The official client's function for the route knows neither its query nor its pages. */
export async function listBanks(
  connection: Connection,
  { signal, ...query }: BankListOptions,
): Promise<BankList> {
  const options = { ...to(connection, {}, signal), url: ROUTE, query };
  const { data } = await connection.http.get<{ 200: BankList }, unknown, true>(options);
  return data;
}

/**
 * Mission and disposition by the bank's configuration, its name by the list of banks.
 * @throws RequestError with `statusCode` 404 when there is no such bank.
 */
export async function bankProfile(
  connection: Connection,
  bankId: string,
  options: CallOptions = {},
): Promise<Answer<"getBankProfile">> {
  const { bank_id, config } = await connection.client.getBankConfig(bankId, options);
  const mission = typeof config.reflect_mission === "string" ? config.reflect_mission : "";
  const trait = (value: unknown) => (typeof value === "number" ? value : 3);
  return {
    bank_id,
    name: await bankName(connection, bank_id, options),
    disposition: {
      skepticism: trait(config.disposition_skepticism),
      literalism: trait(config.disposition_literalism),
      empathy: trait(config.disposition_empathy),
    },
    mission,
    background: mission,
  };
}

/** Ids that hold this one, and names like it, are found as well. */
async function bankName(connection: Connection, bankId: string, options: CallOptions): Promise<string> {
  for (let offset = 0; ; offset += PAGE) {
    const query = { ...options, q: bankId, limit: PAGE, offset };
    const { banks, total } = await listBanks(connection, query);
    const bank = banks.find(({ bank_id }) => bank_id === bankId);
    if (bank) return bank.name ?? bankId;
    if (banks.length > 0 && offset + PAGE < total) continue;
    const request = `GET ${ROUTE}`;
    const details = `Bank '${bankId}' not found`;
    // It was there a moment ago.
    throw new RequestError("REQUEST_FAILED", {
      request,
      what: `${request} does not list a bank that has a configuration. ${details}.`,
      statusCode: 404,
      details,
    });
  }
}
