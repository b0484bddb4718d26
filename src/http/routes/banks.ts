import {
  type BankProfile,
  type BankSummary,
  type BankUpdate,
  bankProfile,
  deleteBank,
  listBanks,
  writeBank,
} from "../../engine/banks/banks.ts";
import type { EngineContext } from "../../engine/context.ts";
import type { Engine } from "../../engine/engine.ts";
import { isoDate } from "../../engine/iso-date.ts";
import { isoDateOrNull } from "../dates.ts";
import { type Route, route } from "../route.ts";
import { object, orNull } from "../validation/composites.ts";
import { boolean, integer, string } from "../validation/scalars.ts";
import type { Infer } from "../validation/schema.ts";
import { bankListAnswer, bankProfileAnswer, disposition } from "../wire/answers/bank.ts";
import { deletionAnswer } from "../wire/answers/done.ts";
import { page } from "./page.ts";

const trait = integer({ min: 1, max: 5 });

export const bankBody = object({
  name: orNull(string()),
  disposition: orNull(disposition),
  disposition_skepticism: orNull(trait),
  disposition_literalism: orNull(trait),
  disposition_empathy: orNull(trait),
  mission: orNull(string()),
  background: orNull(string()),
  reflect_mission: orNull(string()),
  retain_mission: orNull(string()),
  retain_extraction_mode: orNull(string()),
  retain_custom_instructions: orNull(string()),
  retain_chunk_size: orNull(integer()),
  retain_structured_chunk_size: orNull(integer()),
  retain_max_attachments_per_chunk: orNull(integer()),
  enable_observations: orNull(boolean()),
  observations_mission: orNull(string()),
  enable_text_search: orNull(boolean()),
  enable_temporal_retrieval: orNull(boolean()),
  enable_graph_retrieval: orNull(boolean()),
  enable_reranking: orNull(boolean()),
});

/** Making, changing, listing and deleting banks. */
export function bankRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "list_banks",
      method: "GET",
      path: "/v1/default/banks",
      query: { q: orNull(string()), ...page({ limit: 100 }) },
      answer: bankListAnswer,
      handle: async ({ address, query: { q, limit, offset } }) => {
        const filter = { sandboxId: address.sandboxId, query: q ?? "", limit, offset };
        const { total, banks } = await listBanks(context, filter);
        return { banks: banks.map((bank) => toListItem(context, bank)), total, limit, offset };
      },
    }),
    route({
      name: "create_or_update_bank",
      method: "PUT",
      path: "/v1/default/banks/:bank_id",
      body: bankBody,
      answer: bankProfileAnswer,
      handle: async ({ address, body }) =>
        toProfile(bankProfile(context, await writeBank(context, address, toUpdate(body)))),
    }),
    route({
      name: "update_bank",
      method: "PATCH",
      path: "/v1/default/banks/:bank_id",
      body: bankBody,
      answer: bankProfileAnswer,
      handle: async ({ address, body }) =>
        toProfile(
          bankProfile(context, await writeBank(context, address, toUpdate(body), { mustExist: true })),
        ),
    }),
    route({
      name: "delete_bank",
      method: "DELETE",
      path: "/v1/default/banks/:bank_id",
      answer: deletionAnswer,
      handle: async ({ address }) => ({
        success: true,
        message: `Bank '${address.bankId}' and all its data deleted`,
        deleted_count: await deleteBank(context, address),
      }),
    }),
  ];
}

/** All fields but the name are overrides of the configuration; null is not sent. */
function toUpdate(body: Infer<typeof bankBody>): BankUpdate {
  const { name, disposition, mission, background, reflect_mission, ...rest } = body;
  const traits = disposition && {
    disposition_skepticism: disposition.skepticism,
    disposition_literalism: disposition.literalism,
    disposition_empathy: disposition.empathy,
  };
  const sent = Object.entries({
    // The first that is not empty; of the three only `background` can clear the mission.
    reflect_mission: reflect_mission || mission || background,
    ...rest,
  }).filter(([, value]) => value !== null);
  return { name: name ?? undefined, config: { ...traits, ...Object.fromEntries(sent) } };
}

function toProfile({ bankId, name, disposition, mission }: BankProfile) {
  return { bank_id: bankId, name, disposition, mission, background: mission };
}

function toListItem(context: EngineContext, bank: BankSummary) {
  const { bankId, name, disposition, mission } = bankProfile(context, bank);
  return {
    bank_id: bankId,
    name,
    disposition,
    mission,
    created_at: isoDate(bank.createdAt),
    updated_at: isoDate(bank.updatedAt),
    fact_count: bank.factCount,
    last_document_at: isoDateOrNull(bank.lastDocumentAt),
    last_write_at: isoDateOrNull(bank.lastWriteAt),
    display_alias: bank.primaryAlias,
    matched_aliases: bank.matchedAliases,
  };
}
