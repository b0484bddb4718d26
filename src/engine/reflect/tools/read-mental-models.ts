import { findMentalModels } from "../../../store/mental-models.ts";
import { matchesTags } from "../../../store/tag-filter.ts";
import { countTokens } from "../../../tokens/tokens.ts";
import { readList, readTokens } from "./arguments.ts";
import { rawPage, showPages } from "./mental-model-forms.ts";
import { argumentsSchema, type ReflectTool, ToolArgumentError } from "./tool.ts";

const DEFAULT_TOKENS = 6_000;

/** Reads mental models that a search showed the beginning of. */
export const readMentalModelsTool: ReflectTool = {
  isSearch: false,
  definition: {
    name: "read_mental_models",
    description: "Read whole mental models that a search showed only the beginning of.",
    parameters: argumentsSchema(
      {
        mental_model_ids: {
          type: "array",
          items: { type: "string" },
          description: "Ids of mental models that a search returned, the most important first.",
        },
        max_tokens: { type: "integer", description: "How much may be returned, in tokens." },
      },
      ["mental_model_ids"],
    ),
  },
  async run({ context, bankKey, request, tags, aliases }, args, most) {
    const excluded = new Set(request.excludeMentalModelIds);
    const given = args.mental_model_ids;
    const asked = (typeof given === "string" && given !== "" ? [given] : readList(given)).map((id) =>
      aliases.resolve(id),
    );
    if (asked.length === 0) {
      throw new ToolArgumentError("`mental_model_ids` is required: ids of the mental models to read.");
    }
    const maxTokens = readTokens(args, "max_tokens", { fallback: DEFAULT_TOKENS, most });
    const ids = asked.filter((id) => !excluded.has(id));
    // No id holds a NUL character, and Postgres takes no text that does.
    const possible = ids.filter((id) => !id.includes("\0"));
    const models = await findMentalModels(context.database, bankKey, possible);
    const byId = new Map(models.map((model) => [model.mentalModelId, model]));
    const pages: Record<string, unknown>[] = [];
    const notRead: string[] = [];
    let left = maxTokens;
    for (const id of ids) {
      const model = byId.get(id);
      const isVisible = model && (!tags || matchesTags(tags, model.tags));
      const tokens = isVisible ? await countTokens(model.content, "cl100k_base") : 0;
      // The first page fits whatever its length is.
      if (!isVisible || (pages.length > 0 && tokens > left)) {
        notRead.push(id);
        continue;
      }
      left -= tokens;
      pages.push(rawPage(model, { content: model.content }));
    }
    const read = models.filter(({ mentalModelId }) => pages.some(({ id }) => id === mentalModelId));
    return {
      raw: { mental_models: pages, ...(notRead.length > 0 && { not_read: notRead }) },
      found: { kind: "mentalModels", ids: read.map(({ mentalModelId }) => mentalModelId) },
      isReading: true,
      pages: read.map(({ mentalModelId, name, content }) => ({ id: mentalModelId, name, text: content })),
      show() {
        const { fresh, alreadyShown } = showPages(pages, aliases);
        return {
          mental_models: fresh,
          ...(alreadyShown.length > 0 && { already_shown: { mental_models: alreadyShown } }),
          ...(notRead.length > 0 && { not_read: notRead.map((id) => aliases.nameOf(id)) }),
        };
      },
    };
  },
};
