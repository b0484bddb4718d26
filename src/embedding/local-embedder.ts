import { TestkitError } from "../errors/testkit-error.ts";
import type { EmbeddingSettings } from "../settings/embedding-settings.ts";
import type { Embedder, EmbedOptions } from "./types.ts";
import { readVector, requireCount } from "./vectors.ts";

/** An optional peer: the user installs it, and its models come from where it is told to find them. */
const LIBRARY = "@huggingface/transformers";

/** What is used of the library. */
interface Library {
  pipeline(task: "feature-extraction", model: string): Promise<Extractor>;
}
type Extractor = (
  texts: string[],
  options: { pooling: string; normalize: boolean },
) => Promise<{ tolist(): unknown }>;

/** Models that run in this process, as upstream runs them. */
const PROVIDERS: Record<string, { model: string; pooling: string; query: string; passage: string }> = {
  local: { model: "BAAI/bge-small-en-v1.5", pooling: "cls", query: "", passage: "" },
  onnx: { model: "intfloat/multilingual-e5-small", pooling: "mean", query: "query: ", passage: "passage: " },
};
const BATCH_SIZE = 32;

export function isLocal(provider: string): boolean {
  return Object.hasOwn(PROVIDERS, provider);
}

/**
 * An embedder whose model runs in this process, loaded.
 * @param load replaces the library.
 * @throws TestkitError `LOCAL_MODEL_UNAVAILABLE`
 */
export async function loadLocalEmbedder(
  settings: EmbeddingSettings,
  load: () => Promise<unknown> = () => import(LIBRARY),
): Promise<Embedder> {
  const { provider, local } = settings;
  const defaults = PROVIDERS[provider];
  if (!defaults) throw new Error(`${provider} is no local provider`);
  const model = settings.service.model ?? defaults.model;
  const options = { pooling: local.pooling ?? defaults.pooling, normalize: true };
  const prefixes = {
    query: local.queryPrefix ?? defaults.query,
    passage: local.passagePrefix ?? defaults.passage,
  };
  const extract = await loadExtractor(model, load);
  const embedBatch = async (texts: string[]): Promise<unknown[]> => {
    const vectors = (await extract(texts, options)).tolist();
    if (!Array.isArray(vectors)) throw unavailable(model, "it makes no vectors");
    return vectors;
  };
  const [probe] = await embedBatch(["test"]).catch((error: unknown) => {
    throw TestkitError.is(error) ? error : unavailable(model, messageOf(error), error);
  });
  const { length: dimension } = readVector(probe, undefined);
  const batchSize = settings.service.batchSize ?? BATCH_SIZE;
  return {
    provider,
    dimension,
    async embed(texts, { purpose = "passage", signal }: EmbedOptions = {}) {
      const vectors: Float32Array[] = [];
      // One batch after the other: each takes the whole processor.
      for (let start = 0; start < texts.length; start += batchSize) {
        signal?.throwIfAborted();
        const batch = texts.slice(start, start + batchSize).map((text) => prefixes[purpose] + text);
        const made = await embedBatch(batch);
        requireCount(made, batch);
        vectors.push(...made.map((vector) => readVector(vector, dimension)));
      }
      return vectors;
    },
  };
}

async function loadExtractor(model: string, load: () => Promise<unknown>): Promise<Extractor> {
  let library: unknown;
  try {
    library = await load();
  } catch (error) {
    throw new TestkitError("LOCAL_MODEL_UNAVAILABLE", {
      what: `The package ${LIBRARY} could not be loaded: ${messageOf(error)}`,
      cause: error,
    });
  }
  if (!isLibrary(library)) throw unavailable(model, `${LIBRARY} has no \`pipeline\``);
  try {
    return await library.pipeline("feature-extraction", model);
  } catch (error) {
    throw unavailable(model, messageOf(error), error);
  }
}

function isLibrary(value: unknown): value is Library {
  return (
    typeof value === "object" && value !== null && "pipeline" in value && typeof value.pipeline === "function"
  );
}

function unavailable(model: string, reason: string, cause?: unknown): TestkitError {
  return new TestkitError("LOCAL_MODEL_UNAVAILABLE", {
    what: `The model ${model} could not be loaded: ${reason}`,
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
