import { createEmbedder } from "../embedding/create-embedder.ts";
import type { Embedder } from "../embedding/types.ts";
import type { Logger } from "../engine/logger.ts";
import { TestkitError } from "../errors/testkit-error.ts";
import { CallLog } from "../llm/call-log.ts";
import { chosenModels } from "../llm/chosen-models.ts";
import { createLanguageModels, type LanguageModels } from "../llm/language-models.ts";
import { Permits } from "../llm/permits.ts";
import { SandboxModels } from "../llm/sandbox-models.ts";
import { verificationRequest } from "../llm/verification.ts";
import type { Attribute } from "../remote/attribution.ts";
import { TimeLimitError, withTimeLimit } from "../remote/time-limit.ts";
import { createReranker } from "../rerank/create-reranker.ts";
import type { Reranker } from "../rerank/types.ts";
import { readEmbeddingSettings } from "../settings/embedding-settings.ts";
import { type Environment, SettingsReader } from "../settings/environment.ts";
import { readLlmSettings } from "../settings/llm-settings.ts";
import { readRerankerSettings } from "../settings/reranker-settings.ts";

/** Pauses between attempts differ by so much, so that servers that failed together do not come back together. */
const RETRY_JITTER = 0.2;
const START_TIMEOUT_MS = 300_000;
const NOBODY = { sandboxId: "", bankId: "" };

/** All that answers for a server in place of rules. */
export interface Models {
  languageModels: SandboxModels;
  embedder: Embedder;
  reranker: Reranker | null;
}

interface ModelsOptions {
  attribute: Attribute;
  testMode: boolean;
  /** The sandbox that the running work belongs to. */
  running: () => string;
  logger: Logger;
}

/**
 * The models that the environment names, ready. A language model that does not answer is only reported: it may come back, and
 * what needs none works without it.
 * @throws TestkitError `INVALID_OPTION`, `LLM_KEY_MISSING`, `LLM_PROVIDER_UNAVAILABLE`, `SERVICE_KEY_MISSING`,
 * `SERVICE_UNREACHABLE`
 */
export async function startModels(environment: Environment, options: ModelsOptions): Promise<Models> {
  const calls = { attribute: options.attribute, jitter: options.testMode ? 0 : RETRY_JITTER };
  const limitMs = new SettingsReader(environment).seconds("MODEL_INIT_TIMEOUT") || START_TIMEOUT_MS;
  const settings = readLlmSettings(environment);
  const embedding = readEmbeddingSettings(environment);
  const reranking = readRerankerSettings(environment);
  const log = options.testMode ? new CallLog() : null;
  const shared = { ...calls, calls: log, permits: new Permits(settings) };
  const own = createLanguageModels(settings, shared);
  const languageModels = new SandboxModels(own, {
    create: (choice) => chosenModels(choice, settings, own, shared),
    running: options.running,
    calls: log,
  });
  try {
    return await withTimeLimit(limitMs, undefined, async (signal) => {
      const [embedder, reranker] = await Promise.all([
        createEmbedder(embedding, { ...calls, signal }),
        createReranker(reranking, { ...calls, signal }),
        settings.skipVerification ? undefined : verify(own, options.logger, signal),
      ]);
      return { languageModels, embedder, reranker };
    });
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error;
    throw new TestkitError("SERVICE_UNREACHABLE", {
      what: `The models were not ready after ${limitMs / 1_000} s.`,
      cause: error,
    });
  }
}

/** Each provider and model once. */
async function verify({ operations }: LanguageModels, logger: Logger, signal: AbortSignal): Promise<void> {
  const models = Object.values(operations).flatMap(({ model }) => model ?? []);
  const distinct = new Map(models.map((model) => [`${model.provider}/${model.model}`, model]));
  await Promise.all(
    [...distinct].map(async ([name, model]) => {
      if (model.provider === "offline") return;
      await model.complete(verificationRequest(NOBODY), signal).catch((error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        logger.log("warning", "a model does not answer; calls may fail until it does", {
          model: name,
          error: text,
        });
      });
    }),
  );
}
