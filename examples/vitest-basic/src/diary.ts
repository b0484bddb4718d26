import { HindsightClient } from "@vectorize-io/hindsight-client";

/** A service that keeps all its memories in one bank, whose id it does not let anybody choose. */
export class Diary {
  readonly #memory: HindsightClient;

  constructor(hindsightUrl: string | undefined = process.env.HINDSIGHT_API_URL) {
    if (!hindsightUrl) throw new Error("HINDSIGHT_API_URL is not set");
    this.#memory = new HindsightClient({ baseUrl: hindsightUrl });
  }

  async write(entry: string): Promise<void> {
    await this.#memory.retain("diary", entry);
  }

  async entries(): Promise<string[]> {
    const { items } = await this.#memory.listMemories("diary", { type: "world" });
    return items.map((item) => String(item.text));
  }

  async burn(): Promise<void> {
    await this.#memory.deleteBank("diary");
  }
}
