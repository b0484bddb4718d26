import { sdk } from "@vectorize-io/hindsight-client";
import { TestkitError } from "../errors/testkit-error.ts";
import { isJsonObject } from "../json-object.ts";
import { type Connection, to } from "./connection.ts";
import type { CreatedMentalModel, NewMentalModel } from "./namespaces/mental-models.ts";
import { RequestError } from "./request-error.ts";

const ROUTE = "/v1/default/banks/{bank_id}/mental-models";
const IGNORED_PARAMS = "x-ignored-params";

/**
 * Makes a mental model of its text, which the official client cannot send.
 * @throws TestkitError `CONTENT_IGNORED` from a server that does not take it.
 */
export async function createWithContent(
  connection: Connection,
  bankId: string,
  model: NewMentalModel,
): Promise<CreatedMentalModel> {
  const options = { ...to(connection, { bank_id: bankId }, model.signal), url: ROUTE, body: toBody(model) };
  const { data, response } = await connection.http
    .post<{ 200: CreatedMentalModel }, unknown, true>(options)
    .catch((error: unknown) => {
      if (model.sourceQuery === undefined && wantsQuery(error)) throw refused(bankId, error);
      throw error;
    });
  // A server that looks for the text itself has queued the work for it.
  const names = response.headers.get(IGNORED_PARAMS)?.split(", ") ?? [];
  if (!names.includes("content") && data.operation_id === null) return data;
  throw ignored(bankId, data, await remove(connection, bankId, data));
}

function toBody({ signal: _, name, content, sourceQuery, id, tags, maxTokens, trigger }: NewMentalModel) {
  return {
    name,
    content,
    source_query: sourceQuery,
    id,
    tags,
    max_tokens: maxTokens,
    trigger: trigger && {
      refresh_after_consolidation: trigger.refreshAfterConsolidation,
      tags_match: trigger.tagsMatch,
      tag_groups: trigger.tagGroups,
    },
  };
}

function wantsQuery(error: unknown): boolean {
  if (!(error instanceof RequestError) || !Array.isArray(error.details)) return false;
  return error.details.some(
    (fault) => isJsonObject(fault) && Array.isArray(fault.loc) && fault.loc.at(-1) === "source_query",
  );
}

/** @returns what kept the model, undefined when it is gone. The caller's signal does not: it may have come too late for the rest. */
async function remove(connection: Connection, bankId: string, made: CreatedMentalModel): Promise<unknown> {
  const { mental_model_id: modelId, operation_id } = made;
  if (operation_id !== null) {
    const path = { bank_id: bankId, operation_id };
    // It may have ended already.
    await sdk.cancelOperation(to(connection, path, undefined)).catch(() => {});
  }
  return connection.client.deleteMentalModel(bankId, modelId).then(
    () => undefined,
    (error: unknown) => error,
  );
}

function ignored(bankId: string, { mental_model_id: id }: CreatedMentalModel, kept: unknown): TestkitError {
  const outcome =
    kept === undefined
      ? "it was removed again"
      : `and it is still there, because it could not be removed: delete it by \`mentalModels.delete(${JSON.stringify(bankId)}, ${JSON.stringify(id)})\``;
  return new TestkitError("CONTENT_IGNORED", {
    what: `The server made mental model ${JSON.stringify(id)} of bank ${JSON.stringify(bankId)} without its \`content\`; ${outcome}.`,
    cause: kept,
  });
}

function refused(bankId: string, cause: unknown): TestkitError {
  return new TestkitError("CONTENT_IGNORED", {
    what: `The server does not make a mental model of its \`content\` alone, and has made none in bank ${JSON.stringify(bankId)}.`,
    cause,
  });
}
