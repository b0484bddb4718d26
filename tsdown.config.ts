import license from "rollup-plugin-license";
import { defineConfig, type Rolldown, type UserConfig } from "tsdown";

const common: Omit<UserConfig, "entry"> = {
  platform: "node",
  target: "node20.19",
  // The maps stay here: what is packed does not name them.
  sourcemap: "hidden",
  hash: false,
  clean: false,
  // Jest hands it out itself, to test files only.
  deps: { neverBundle: ["@jest/globals"] },
};

/** The builds share `dist`, so each has a folder of its own for the code that its entries share. */
function chunksOf(build: string): (options: Rolldown.OutputOptions) => Rolldown.OutputOptions {
  return (options) => {
    const { chunkFileNames: names = "[name].js" } = options;
    return {
      ...options,
      chunkFileNames: (chunk) => `chunks/${build}/${typeof names === "function" ? names(chunk) : names}`,
    };
  };
}

/** What may be imported or required: a Jest configuration and what it names are loaded either way. */
const library = {
  // Written out below this name, where knip looks for what is used.
  entry: {
    index: "src/index.ts",
    "vitest/plugin": "presets/vitest/plugin.ts",
    "jest/index": "presets/jest/test.ts",
    "jest/global-setup": "presets/jest/global-setup.ts",
    "jest/global-teardown": "presets/jest/global-teardown.ts",
    "msw/index": "presets/msw/record-llm.ts",
  },
  dts: true,
  shims: true,
};

export default defineConfig([
  {
    ...common,
    ...library,
    name: "modules",
    outputOptions: chunksOf("modules"),
    entry: {
      ...library.entry,
      // Vitest's own runtime is an ES module. Built with the library, so that what a test gets is of the classes that it imports.
      "vitest/index": "presets/vitest/test.ts",
      "vitest/global-setup": "presets/vitest/global-setup.ts",
      "vitest/setup": "presets/vitest/setup.ts",
    },
    format: "esm",
    copy: [{ from: "presets/msw/watch-thread.cjs", to: "dist/msw" }],
  },
  {
    ...common,
    ...library,
    name: "commonjs",
    outputOptions: chunksOf("commonjs"),
    format: "cjs",
  },
  {
    ...common,
    // Jest requires the setup files of a preset, also in a project of ES modules.
    name: "jest",
    outputOptions: chunksOf("jest"),
    entry: {
      "jest/setup": "presets/jest/setup.ts",
      "jest/setup-after-env": "presets/jest/setup-after-env.ts",
    },
    format: "cjs",
    dts: false,
    shims: true,
    copy: [{ from: "presets/jest/jest-preset.cjs", to: "dist/jest" }],
  },
  {
    ...common,
    // What is started as a process of its own. All is bundled, so that a start reads few files.
    name: "programs",
    outputOptions: chunksOf("programs"),
    entry: {
      "programs/daemon": "src/daemon/program.ts",
      "programs/reaper": "src/reaper/program.ts",
      "programs/watchdog": "src/daemon/watchdog/program.ts",
      cli: "src/cli/program.ts",
    },
    format: "esm",
    dts: false,
    copy: [{ from: "src/store/migrations", to: "dist" }],
    // The programs bundle all that the other builds bundle, and more.
    // @ts-expect-error its declaration is for CommonJS: imported as a module, the function is the default export
    plugins: [license({ thirdParty: { output: "dist/THIRD-PARTY-LICENSES.txt" } })],
  },
]);
