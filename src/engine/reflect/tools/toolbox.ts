import type { ToolDefinition } from "../../../llm/types.ts";
import type { ReflectRequest } from "../../types.ts";
import type { ReflectSettings } from "../settings.ts";
import { ANSWER_READY } from "./answer-ready.ts";
import { doneTool } from "./done.ts";
import { expandTool } from "./expand.ts";
import { readMentalModelsTool } from "./read-mental-models.ts";
import { RAW_FACT_TYPES, recallTool } from "./recall.ts";
import { searchMentalModelsTool } from "./search-mental-models.ts";
import { searchObservationsTool } from "./search-observations.ts";
import type { ReflectTool } from "./tool.ts";

/** The tools of one run. */
export interface Toolbox {
  /** The searches that the first turns are made to call, in order. */
  forced: ReflectTool[];
  byName: ReadonlyMap<string, ReflectTool>;
  /** What a free turn offers. */
  definitions: ToolDefinition[];
  /** What the closing call offers. */
  done: ToolDefinition;
}

export function toolbox(
  request: ReflectRequest,
  settings: ReflectSettings,
  bank: { hasDirectives: boolean; hasMentalModels: boolean },
): Toolbox {
  const { factTypes } = request;
  const hasMentalModels = bank.hasMentalModels && !request.excludeMentalModels;
  const forced = [
    ...(hasMentalModels ? [searchMentalModelsTool] : []),
    ...(!factTypes || factTypes.includes("observation") ? [searchObservationsTool] : []),
    ...(!factTypes || factTypes.some((type) => RAW_FACT_TYPES.includes(type)) ? [recallTool] : []),
  ];
  const tools = [
    ...forced.flatMap((tool) => (tool === searchMentalModelsTool ? [tool, readMentalModelsTool] : [tool])),
    ...(settings.storeDocumentText ? [expandTool] : []),
  ];
  const done = doneTool({
    asDocument: request.asDocument,
    hasDirectives: bank.hasDirectives,
    hasMentalModels,
  });
  return {
    forced,
    byName: new Map(tools.map((tool) => [tool.definition.name, tool])),
    definitions: [...tools.map(({ definition }) => definition), ANSWER_READY, done],
    done,
  };
}

/** The tool that a model means: some write the name with a prefix, or with their control tokens behind it. */
export function cleanToolName(name: string): string {
  return name
    .replace(/<\|.*$/s, "")
    .replace(/^call=/, "")
    .replace(/^functions\./, "");
}
