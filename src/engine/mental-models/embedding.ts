import type { EngineContext } from "../context.ts";

/** The vector that a mental model is found by. */
export async function embedMentalModel(
  { embedder }: Pick<EngineContext, "embedder">,
  { name, content }: { name: string; content: string },
): Promise<Float32Array> {
  const [vector] = await embedder.embed([`${name} ${content}`.trim()]);
  if (!vector) throw new Error("The embedder made no vector");
  return vector;
}
