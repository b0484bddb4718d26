import { list, object } from "../../validation/composites.ts";
import { boolean, integer, string } from "../../validation/scalars.ts";
import { named, nullable } from "../../validation/schema.ts";

const scope = named(
  "StrategyScopePreview",
  object({ tags: list(string()), count: integer(), handled_by: nullable(integer()) }),
);

const group = { match_count: integer(), observation_count: integer(), samples: list(scope) };

const strategy = named(
  "StrategyPreview",
  object({
    active: boolean(),
    claimed_count: integer(),
    rules: list(named("StrategyRulePreview", object({ ...group, taken_count: integer() }))),
  }),
);

/** Which scopes each strategy of a draft would apply to. */
export const strategiesPreviewAnswer = named(
  "ConsolidationStrategiesPreview",
  object({
    strategies: list(strategy),
    default: named("DefaultScopesPreview", object(group)),
    scopes_scanned: integer(),
    complete: boolean(),
  }),
);
