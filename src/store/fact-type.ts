export type FactType = "world" | "experience" | "observation";
