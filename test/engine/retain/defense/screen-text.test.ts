import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { screenText } from "../../../../src/engine/retain/defense/screen-text.ts";

const A40 = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7m";
const HEX = "0123456789abcdef0123456789abcdef";

/** One of every kind, and the longest that is none. */
const SAMPLES: [type: string, secret: string, tooShort: string][] = [
  ["anthropic_key", `sk-ant-${A40.slice(0, 20)}`, `sk-ant-${A40.slice(0, 12)}`],
  ["openai_project_key", `sk-proj-${A40}${A40.slice(0, 8)}`, "sk-proj-short"],
  ["openai_admin_key", `sk-admin-${A40}`, "sk-admin-short"],
  ["openai_key", `sk-${A40.slice(0, 20)}`, `sk-${A40.slice(0, 19)}`],
  ["google_api_key", `AIza${A40.slice(0, 35)}`, `AIza${A40.slice(0, 34)}`],
  ["google_oauth_token", `ya29.${A40.slice(0, 20)}`, `ya29.${A40.slice(0, 19)}`],
  ["xai_key", `xai-${A40}`, `xai-${A40.slice(1)}`],
  ["groq_key", `gsk_${A40.slice(0, 20)}`, `gsk_${A40.slice(0, 19)}`],
  ["hindsight_key", `hsk_sys_${HEX}_0a1b2c3d`, `hsk_${HEX.slice(1)}`],
  ["huggingface_token", `hf_${A40.slice(0, 30)}`, `hf_${A40.slice(0, 29)}`],
  ["replicate_token", `r8_${A40.slice(0, 30)}`, `r8_${A40.slice(0, 29)}`],
  ["perplexity_key", `pplx-${A40}`, `pplx-${A40.slice(1)}`],
  ["databricks_token", `dapi${A40.slice(0, 32)}`, `dapi${A40.slice(0, 31)}`],
  ["aws_access_key", "AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNO"],
  ["aws_session_token", "ASIAABCDEFGHIJKLMNOP", "ASIAABCDEFGHIJKLMNO"],
  ["aws_secret_key", `AWS secret access key: "${A40}`, `AWS secret access key: "${A40.slice(1)}`],
  ["digitalocean_token", `dop_v1_${HEX}${HEX}`, `dop_v1_${HEX}`],
  ["github_fg_pat", `github_pat_${A40}${A40.slice(0, 20)}`, `github_pat_${A40}`],
  ["github_token", `ghp_${A40.slice(0, 36)}`, `ghp_${A40.slice(0, 35)}`],
  ["github_app_token", `ghs_${A40.slice(0, 36)}`, `ghs_${A40.slice(0, 37)}`],
  ["github_user_token", `ghu_${A40.slice(0, 36)}`, "ghu_x"],
  ["github_refresh", `ghr_${A40.slice(0, 36)}`, "ghr_x"],
  ["github_oauth", `gho_${A40.slice(0, 36)}`, "gho_x"],
  ["gitlab_pat", `glpat-${A40.slice(0, 20)}`, `glpat-${A40.slice(0, 19)}`],
  ["npm_token", `npm_${A40.slice(0, 30)}`, `npm_${A40.slice(0, 29)}`],
  ["pypi_token", `pypi-AgEIcHlwaS5vcmc${A40.slice(0, 20)}`, `pypi-AgEIcHlwaS5vcmc${A40.slice(0, 19)}`],
  ["stripe_secret", `sk_test_${A40.slice(0, 20)}`, `sk_test_${A40.slice(0, 19)}`],
  ["stripe_restricted", `rk_live_${A40.slice(0, 20)}`, `rk_prod_${A40.slice(0, 20)}`],
  ["square_token", `sq0abc-${A40.slice(0, 22)}`, `sq0ABC-${A40.slice(0, 22)}`],
  [
    "braintree_token",
    `access_token$production$${"a1".repeat(8)}$${HEX}`,
    `access_token$sandbox$${"a1".repeat(8)}$${HEX}`,
  ],
  ["slack_token", "xoxb-1234567890", "xoxc-1234567890"],
  [
    "slack_webhook",
    "https://hooks.slack.com/services/T12345678/B12345678/abcdefghijklmnopqrst",
    "https://hooks.slack.com/services/T1/B1/abc",
  ],
  ["twilio_api_key", `SK${HEX}`, `SK${HEX.slice(1)}`],
  ["twilio_account_sid", `AC${HEX}`, `AC${HEX}0`],
  ["sendgrid_key", `SG.${A40.slice(0, 22)}.${A40}abc`, `SG.${A40.slice(0, 22)}.${A40}`],
  ["mailgun_key", `key-${A40.slice(0, 32)}`, `key-${A40.slice(0, 31)}`],
  [
    "discord_bot",
    `M${A40.slice(0, 23)}.${A40.slice(0, 6)}.${A40.slice(0, 27)}`,
    `P${A40.slice(0, 23)}.${A40.slice(0, 6)}.${A40.slice(0, 27)}`,
  ],
  ["telegram_bot", `1234567890:${A40.slice(0, 35)}`, `1234567:${A40.slice(0, 35)}`],
  ["shopify_token", `shpat_${HEX}`, `shpat_${HEX.slice(1)}`],
  ["db_url_postgres", "postgresql://bob:hunter2@db.example/app?x=1", "postgresql://db.example/app"],
  ["db_url_mysql", "mysql://bob:hunter2@db", "mysql://bob@db"],
  ["db_url_mongodb", "mongodb+srv://bob:hunter2@db", "mongodb://:hunter2@db"],
  ["private_key_pem", "-----BEGIN PGP PRIVATE KEY BLOCK-----", "-----BEGIN PUBLIC KEY-----"],
  ["jwt", "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.dBjftJeZ4CVP", "eyJhbGciOiJIUzI1.dBjftJeZ4CVP"],
  ["credit_card", "4111 1111 1111 1111", "4111 1111 1111 1112"],
  ["ssn_us", "123-45-6789", "123-45-678"],
];

describe.each(SAMPLES)("%s", (type, secret, harmless) => {
  test("is taken out, wherever it stands", () => {
    for (const [before, after] of [
      ["", ""],
      ["see ", "."],
      ["(", ")"],
      ["密钥", "完"],
      ["é", "é"],
    ]) {
      const after1 = type.startsWith("db_url") ? " " : after;
      expect(screenText(`${before}${secret}${after1}`)).toEqual({
        text: `${before}[REDACTED:${type}]${after1}`,
        types: [type],
      });
    }
  });

  test("is not seen in what is none", () => {
    expect(screenText(harmless)).toEqual({ text: harmless, types: [] });
  });
});

const BORDERED = SAMPLES.filter(([type]) => !/^(aws_secret|slack_webhook|db_url|private_key)/.test(type));

test.each(BORDERED)(
  "%s: touching a letter, a digit or an underscore of ASCII it is a part of something else",
  (_, secret) => {
    fc.assert(
      fc.property(fc.constantFrom("a", "Z", "0", "9", "_"), (character) => {
        const { types } = screenText(`${character}${secret}`);
        expect(types).toEqual([]);
      }),
      { numRuns: 10 },
    );
  },
);

describe("cards", () => {
  const card = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 15 })
    .map((digits) => {
      const sum = [...digits]
        .reverse()
        .reduce(
          (total, digit, index) => total + (index % 2 === 1 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit),
          0,
        );
      return [...digits, (10 - (sum % 10)) % 10];
    })
    .filter((digits) => new Set(digits).size > 1);

  test("of 13 to 16 digits with the right check digit are found, and with any other are not", () => {
    fc.assert(
      fc.property(card, fc.integer({ min: 1, max: 9 }), (digits, wrong) => {
        expect(screenText(`Card ${digits.join("")}.`).text).toBe("Card [REDACTED:credit_card].");
        const last = ((digits.at(-1) ?? 0) + wrong) % 10;
        const other = [...digits.slice(0, -1), last].join("");
        expect(screenText(`Card ${other}.`).types).toEqual([]);
      }),
    );
  });

  test.each([
    ["all digits equal", "0000 0000 0000 0000"],
    ["in a UUID", "id a0000000-4111-1111-1111-111111111111"],
    ["in a longer number", "41111111111111111234"],
    ["a part of a decimal", "4111111111111111.5"],
    ["after a decimal point", "0.4111111111111111"],
    ["other separators", "4111/1111/1111/1111"],
  ])("are none: %s", (_, text) => {
    expect(screenText(text).text).toBe(text);
  });

  test("are found behind what looked like the beginning of one", () => {
    expect(screenText("2026 4111 1111 1111 1111").text).toBe("2026 [REDACTED:credit_card]");
  });

  test("are found in the digits of any script", () => {
    expect(screenText("٤١١١ ١١١١ ١١١١ ١١١١").types).toEqual(["credit_card"]);
  });
});

test("several kinds are named in the order in which they are looked for", () => {
  expect(screenText("123-45-6789, 4111-1111-1111-1111, AKIAABCDEFGHIJKLMNOP").types).toEqual([
    "aws_access_key",
    "credit_card",
    "ssn_us",
  ]);
});
