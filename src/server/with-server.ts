import type { ExistingHindsightServer, ExistingServerOptions } from "./existing-server.ts";
import { HindsightServer, type StartOptions } from "./hindsight-server.ts";
import type { StartedHindsightServer } from "./started-server.ts";

/**
 * Runs `use` with a server, which ends when `use` has: also where it throws, and where the process is killed in its middle.
 * Where it does not throw, that is a `stop()`: with `llm` what was recorded is written.
 *
 * @returns what `use` returns. @throws what `use` throws; what `HindsightServer.start` and `stop` throw.
 *
 * @example
 * const answer = await withHindsightServer({ llmProvider: "openai", llmApiKey }, async ({ url }) => {
 *   const client = new HindsightClient({ baseUrl: url });
 *   await client.retain("my-bank", "Alice works at Google");
 *   return client.reflect("my-bank", "Where does Alice work?");
 * });
 */
export async function withHindsightServer<Result>(
  options: StartOptions & { url?: undefined },
  use: (server: StartedHindsightServer) => Result | Promise<Result>,
): Promise<Result>;
export async function withHindsightServer<Result>(
  options: ExistingServerOptions,
  use: (server: ExistingHindsightServer) => Result | Promise<Result>,
): Promise<Result>;
export async function withHindsightServer<Result>(
  options: StartOptions & { url?: string | undefined },
  use: (server: StartedHindsightServer | ExistingHindsightServer) => Result | Promise<Result>,
): Promise<Result>;
export async function withHindsightServer<Result>(
  options: StartOptions & { url?: string | undefined },
  use: (server: never) => Result | Promise<Result>,
): Promise<Result> {
  const server = await HindsightServer.start(options);
  let result: Result;
  try {
    // Which of the two it is, the declarations above tell.
    result = await use(server as never);
  } catch (error) {
    // What `use` threw says more than what the end of its server may.
    await server[Symbol.asyncDispose]().catch(() => {});
    throw error;
  }
  await server.stop();
  return result;
}
