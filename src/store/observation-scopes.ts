export const OBSERVATION_SCOPE_MODES = ["per_tag", "combined", "all_combinations", "shared"] as const;

/** Where the observations of facts go: a mode, or the tags of each scope. */
export type ObservationScopes = (typeof OBSERVATION_SCOPE_MODES)[number] | string[][];
