import { describe, expect, test } from "vitest";
import { SecretScanner } from "../../src/gateway/secrets.ts";

const scan = (text: string, env: NodeJS.ProcessEnv = {}) => new SecretScanner(env).find(text, "field")?.kind;
/** Put together here, so that no scanner of repositories takes this file for a leak. */
const join = (...parts: string[]) => parts.join("");

describe("patterns", () => {
  test.each([
    ["an OpenAI key", join("sk-", "proj-", "abcDEF0123456789_-abc")],
    ["an OpenAI key", join("sk-", "abcdefghij0123456789abcdefghij")],
    ["an Anthropic key", join("sk-", "ant-api03-", "abcdefghij0123456789")],
    ["a Google key", join("AIza", "SyA1234567890abcdefghijklmnopqrstuv")],
    ["a Google OAuth token", join("ya29", ".a0AfB_byC1234567890abcd")],
    ["a Groq key", join("gsk_", "abcdefghij0123456789abcd")],
    ["an xAI key", join("xai-", "abcdefghij0123456789abcd")],
    ["a Hugging Face token", join("hf_", "abcdefghijklmnopqrstuvwxyz012345")],
    ["an AWS access key", join("AKIA", "IOSFODNN7EXAMPLE")],
    ["a GitHub token", join("ghp_", "a".repeat(36))],
    ["a GitHub token", join("github_pat_", "a".repeat(22))],
    ["a GitLab token", join("glpat-", "abcdefghij0123456789")],
    ["a Slack token", join("xoxb-", "123456789012-abcdef")],
    ["an npm token", join("npm_", "a".repeat(36))],
    ["a Stripe key", join("sk_", "live_", "abcdefghij0123456789")],
    [
      "a JSON web token",
      join("eyJ", "hbGciOiJIUzI1NiJ9.", "eyJ", "zdWIiOiIxMjM0NTY3ODkwIn0.", "dozjgNryP4J3jVmNHl0w5N"),
    ],
    ["a bearer token", join("Authorization: Bearer ", "abcdefghij0123456789")],
    ["a private key", join("-----BEGIN ", "RSA PRIVATE KEY-----")],
    ["a private key", join("-----BEGIN ", "PRIVATE KEY-----")],
  ])("%s", (kind, secret) => {
    expect(scan(secret)).toBe(kind);
    expect(scan(`He said: "${secret}", and left.`)).toBe(kind);
  });

  test.each([
    ["The risk-averse-and-thoroughly-careful 2024 plan"],
    ["sk-learn-is-a-library-for-machine-learning"],
    ["task-0123456789-0123456789-0123456789"],
    ["a bearer of good news about everything"],
    ["3f2504e0-4f89-11d3-9a0c-0305e82c3301"],
    ["-----BEGIN CERTIFICATE-----"],
    ["Alice works at Google since 2021."],
  ])("not: %s", (text) => {
    expect(scan(text)).toBeUndefined();
  });
});

describe("known values", () => {
  const env = {
    A_KEY: "long enough value",
    B_TOKEN: "too short",
    C_SECRET: "  another value  ",
    PATH: "/usr/local/bin:/bin",
  };

  test("are those of variables that are named like secrets, from 12 characters on", () => {
    expect(scan("It is long enough value.", env)).toBe("the value of A_KEY");
    expect(scan("It is another value.", env)).toBe("the value of C_SECRET");
    expect(scan("It is too short.", env)).toBeUndefined();
    expect(scan("/usr/local/bin:/bin", env)).toBeUndefined();
  });

  test("are found in nested values and in the names of members, and named by field", () => {
    const scanner = new SecretScanner(env);
    expect(scanner.find({ a: [1, null, { b: "long enough value" }] }, "entry")).toEqual({
      field: "entry.a[2].b",
      kind: "the value of A_KEY",
    });
    expect(scanner.find({ a: { "long enough value": 1 } }, "entry")).toEqual({
      field: "a member's name in entry.a",
      kind: "the value of A_KEY",
    });
    expect(scanner.find({ a: [true, "harmless"] }, "entry")).toBeUndefined();
  });
});
