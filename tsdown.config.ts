import { defineConfig } from "tsdown";

const common = { platform: "node", target: "node20.19", sourcemap: true, hash: false } as const;

export default defineConfig([
  {
    ...common,
    // What users import. CJS too: a Jest configuration and its setup files are loaded by require.
    name: "library",
    entry: {
      index: "src/index.ts",
      "vitest/index": "presets/vitest/test.ts",
      "vitest/plugin": "presets/vitest/plugin.ts",
      "vitest/global-setup": "presets/vitest/global-setup.ts",
      "vitest/setup": "presets/vitest/setup.ts",
      "jest/index": "presets/jest/test.ts",
      "jest/global-setup": "presets/jest/global-setup.ts",
      "jest/global-teardown": "presets/jest/global-teardown.ts",
      "jest/setup": "presets/jest/setup.ts",
      "jest/setup-after-env": "presets/jest/setup-after-env.ts",
    },
    format: ["esm", "cjs"],
    dts: true,
    shims: true,
    copy: [{ from: "presets/jest/jest-preset.cjs", to: "dist/jest" }],
  },
  {
    ...common,
    // What is started as a process of its own. All is bundled, so that a start reads few files.
    name: "programs",
    entry: {
      "programs/daemon": "src/daemon/program.ts",
      "programs/reaper": "src/reaper/program.ts",
      cli: "src/cli/program.ts",
    },
    format: "esm",
    dts: false,
    clean: false,
    copy: [{ from: "src/store/migrations", to: "dist" }],
  },
]);
