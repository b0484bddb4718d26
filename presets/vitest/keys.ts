/** The keys under which Vitest carries values from the configuration, and from global setup, to the workers. */
export const OPTIONS_KEY = "hindsight-testkit:options";
export const COORDINATOR_KEY = "hindsight-testkit:coordinator";
