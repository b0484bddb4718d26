/**
 * What a developer's shell or a CI service says of recording, and of servers, is not for these tests: they set what they need, and
 * processes that they start inherit the rest. `replay.test.ts` asks for `ci` by `inject`.
 */
for (const name of Object.keys(process.env)) {
  const ours = name.startsWith("HINDSIGHT_") && name !== "HINDSIGHT_TESTKIT_HOME";
  if (ours || name === "CI") Reflect.deleteProperty(process.env, name);
}
