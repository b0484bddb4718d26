/** @type {import("jest").Config} */
module.exports = {
  preset: "hindsight-testkit/jest",
  maxWorkers: 2,
};
