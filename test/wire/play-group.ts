import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import type { StartedHindsightServer } from "../../src/server/started-server.ts";
import { differences } from "./player/differences.ts";
import { play } from "./player/play.ts";
import { readAdmitted, readEnvironment, readGolden, readScenario, scenariosOf } from "./player/scenario.ts";
import { ScriptedModel } from "./player/scripted-model.ts";

/**
 * A test for each scenario of a group: every step must answer what upstream's server answered.
 * @param part which of how many parts of the group; a part is a file of its own, so that they run side by side.
 */
export function playGroup(group: string, [part, parts]: [number, number] = [1, 1]): void {
  const scenarios = scenariosOf(group).filter((_, index) => index % parts === part - 1);
  describe(group, () => {
    let model: ScriptedModel;
    let server: StartedHindsightServer;

    beforeAll(async () => {
      model = await ScriptedModel.start();
      // The model tells by it which scenario a call is of.
      const env = { ...readEnvironment(group, model.url), HINDSIGHT_API_LLM_SEND_BANK_AS_USER: "true" };
      server = await HindsightServer.start({ env });
    });
    afterAll(async () => {
      await server?.stop();
      model?.close();
    });

    test.each(scenarios)("%s", { timeout: 120_000 }, async (name) => {
      const steps = await play(server.url, model, readScenario(group, name));
      const admitted = readAdmitted()
        .filter((entry) => entry.group === group && entry.scenario === name)
        .flatMap((entry) => entry.steps);
      const found = readGolden(group, name).flatMap((wanted, index) => {
        const lines = admitted.includes(index + 1) ? [] : differences(wanted, steps[index]);
        return lines.length > 0
          ? [`step ${index + 1}: ${wanted.do}`, ...lines.map((line) => `    ${line}`)]
          : [];
      });
      expect(found).toEqual([]);
    });
  });
}
