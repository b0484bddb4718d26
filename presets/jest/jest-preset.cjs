/**
 * The Jest preset, `preset: "hindsight-testkit/jest"`. It leaves `testEnvironment` to its user. Jest loads it by `require`
 * from CJS and from ESM configurations, so it is written as it is shipped.
 */
module.exports = {
  globalSetup: require.resolve("./global-setup.cjs"),
  globalTeardown: require.resolve("./global-teardown.cjs"),
  setupFiles: [require.resolve("./setup.cjs")],
  setupFilesAfterEnv: [require.resolve("./setup-after-env.cjs")],
};
