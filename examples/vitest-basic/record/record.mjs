// `npm run record`: records the cassettes of tests/replay again, from the scripted model.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { startScriptedModel } from "./scripted-model.mjs";

const model = await startScriptedModel();
const vitest = spawn("npx", ["vitest", "run", "--project", "replay"], {
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, HINDSIGHT_LLM: "record", SCRIPTED_MODEL_URL: model.baseUrl },
});
const [code] = await once(vitest, "exit");
model.close();
process.exitCode = code ?? 1;
