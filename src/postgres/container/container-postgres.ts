import { ContainerUnavailableError } from "../../errors/container-unavailable-error.ts";
import { findEngine } from "./engine.ts";

/** How long the engine may take to answer, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/** Postgres in a container, which `database: "container"` asks for. */
export const ContainerPostgres = {
  /**
   * Whether there can be one here: the package testcontainers is installed, and a container engine answers within 10 s. Whether the
   * image is there or can be pulled is not looked at.
   *
   * @example
   * test.skipIf(!(await ContainerPostgres.isAvailable()))("on pgvector", async () => {
   *   await using server = await HindsightServer.start({ database: "container" });
   * });
   */
  async isAvailable(): Promise<boolean> {
    try {
      await findEngine(performance.now() + ANSWER_TIMEOUT);
      return true;
    } catch (error) {
      if (error instanceof ContainerUnavailableError) return false;
      throw error;
    }
  },
};
