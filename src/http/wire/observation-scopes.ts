import { OBSERVATION_SCOPE_MODES, type ObservationScopes } from "../../engine/types.ts";
import { list, union } from "../validation/composites.ts";
import { literal, string } from "../validation/scalars.ts";

/** Where the observations of facts go. */
export const observationScopes = union<ObservationScopes>([
  [
    `literal[${OBSERVATION_SCOPE_MODES.map((mode) => `'${mode}'`).join(",")}]`,
    literal(OBSERVATION_SCOPE_MODES),
  ],
  ["list[list[str]]", list(list(string()))],
]);
