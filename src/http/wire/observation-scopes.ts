import type { ObservationScopes } from "../../engine/types.ts";
import { list, union } from "../validation/composites.ts";
import { literal, string } from "../validation/scalars.ts";

const MODES = ["per_tag", "combined", "all_combinations", "shared"] as const;

/** Where the observations of facts go. */
export const observationScopes = union<ObservationScopes>([
  [`literal[${MODES.map((mode) => `'${mode}'`).join(",")}]`, literal(MODES)],
  ["list[list[str]]", list(list(string()))],
]);
