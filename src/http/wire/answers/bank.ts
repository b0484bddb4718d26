import { dict, list, object, orNull, withDefault } from "../../validation/composites.ts";
import { boolean, integer, string } from "../../validation/scalars.ts";
import { anything, named } from "../../validation/schema.ts";
import { pageFields } from "./page.ts";

const trait = integer({ min: 1, max: 5 });

export const disposition = named(
  "DispositionTraits",
  object({ skepticism: trait, literalism: trait, empathy: trait }),
);

export const bankProfileAnswer = named(
  "BankProfileResponse",
  object({
    bank_id: string(),
    name: string(),
    disposition,
    mission: string(),
    background: orNull(string()),
  }),
);

const bankListItem = named(
  "BankListItem",
  object({
    bank_id: string(),
    name: orNull(string()),
    disposition,
    mission: orNull(string()),
    created_at: orNull(string()),
    updated_at: orNull(string()),
    fact_count: withDefault(integer(), 0),
    last_document_at: orNull(string()),
    last_write_at: orNull(string()),
    display_alias: orNull(string()),
    matched_aliases: withDefault(list(string()), []),
  }),
);

export const bankListAnswer = named("BankListResponse", object({ banks: list(bankListItem), ...pageFields }));

export const bankConfigAnswer = named(
  "BankConfigResponse",
  object({ bank_id: string(), config: dict(anything), overrides: dict(anything) }),
);

const alias = named("BankAliasEntry", object({ alias: string(), primary: withDefault(boolean(), false) }));

export const bankAliasesAnswer = named(
  "BankAliasesResponse",
  object({ bank_id: string(), aliases: list(alias) }),
);
