import { isLuhnCard } from "./cards.ts";

/** What is taken for a secret or for personal data. */
export interface SensitivePattern {
  /** As it is named where it was found. */
  type: string;
  pattern: RegExp;
  /** What else a match has to be. */
  accepts?: (match: string, text: string, at: number) => boolean;
}

/** White space as it may stand around a secret. */
const BLANK = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** A token of its own: it touches no letter, digit or underscore of ASCII, but may touch any other script. */
function token(body: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_])(?:${body})(?![A-Za-z0-9_])`, "gu");
}

/** A URL with a user and a password. */
function databaseUrl(scheme: string): RegExp {
  return new RegExp(`${scheme}://[^${BLANK}:/@]+:[^${BLANK}/@]+@[^${BLANK}]+`, "gu");
}

/** In the order in which they are looked for: what is special comes before what is general. */
export const SENSITIVE_PATTERNS: readonly SensitivePattern[] = [
  // Language models.
  { type: "anthropic_key", pattern: token("sk-ant-[A-Za-z0-9_-]{20,}") },
  { type: "openai_project_key", pattern: token("sk-proj-[A-Za-z0-9_-]{48,}") },
  { type: "openai_admin_key", pattern: token("sk-admin-[A-Za-z0-9_-]{40,}") },
  { type: "openai_key", pattern: token("sk-[A-Za-z0-9_-]{20,}") },
  { type: "google_api_key", pattern: token("AIza[A-Za-z0-9_-]{35}") },
  { type: "google_oauth_token", pattern: token("ya29\\.[A-Za-z0-9_-]{20,}") },
  { type: "xai_key", pattern: token("xai-[A-Za-z0-9]{40,}") },
  { type: "groq_key", pattern: token("gsk_[A-Za-z0-9]{20,}") },
  { type: "hindsight_key", pattern: token("hsk_(?:sys_)?[0-9a-f]{32}(?:_[0-9a-f]{8,})?") },
  { type: "huggingface_token", pattern: token("hf_[A-Za-z0-9]{30,}") },
  { type: "replicate_token", pattern: token("r8_[A-Za-z0-9]{30,}") },
  { type: "perplexity_key", pattern: token("pplx-[A-Za-z0-9]{40,}") },
  { type: "databricks_token", pattern: token("dapi[A-Za-z0-9]{32}") },
  // Clouds.
  { type: "aws_access_key", pattern: token("AKIA[0-9A-Z]{16}") },
  { type: "aws_session_token", pattern: token("ASIA[0-9A-Z]{16}") },
  {
    type: "aws_secret_key",
    // Nothing marks the secret itself: the words before it do.
    pattern: new RegExp(
      `aws(?:[^\\n]{0,20})?(?:secret|private)?[${BLANK}_-]?access[${BLANK}_-]?key[${BLANK}_-]?[:=][${BLANK}"']*[A-Za-z0-9/+=]{40}`,
      "giu",
    ),
  },
  { type: "digitalocean_token", pattern: token("dop_v1_[a-f0-9]{64}") },
  // Source control.
  { type: "github_fg_pat", pattern: token("github_pat_[A-Za-z0-9_]{60,}") },
  { type: "github_token", pattern: token("ghp_[A-Za-z0-9]{36}") },
  { type: "github_app_token", pattern: token("ghs_[A-Za-z0-9]{36}") },
  { type: "github_user_token", pattern: token("ghu_[A-Za-z0-9]{36}") },
  { type: "github_refresh", pattern: token("ghr_[A-Za-z0-9]{36}") },
  { type: "github_oauth", pattern: token("gho_[A-Za-z0-9]{36}") },
  { type: "gitlab_pat", pattern: token("glpat-[A-Za-z0-9_-]{20,}") },
  { type: "npm_token", pattern: token("npm_[A-Za-z0-9]{30,}") },
  { type: "pypi_token", pattern: token("pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20,}") },
  // Payments.
  { type: "stripe_secret", pattern: token("sk_(?:live|test)_[A-Za-z0-9]{20,}") },
  { type: "stripe_restricted", pattern: token("rk_(?:live|test)_[A-Za-z0-9]{20,}") },
  { type: "square_token", pattern: token("sq0[a-z]{3}-[A-Za-z0-9_-]{22,}") },
  { type: "braintree_token", pattern: token("access_token\\$production\\$[a-z0-9]{16}\\$[a-f0-9]{32}") },
  // Messages.
  { type: "slack_token", pattern: token("xox[abpr]-[A-Za-z0-9-]{10,}") },
  {
    type: "slack_webhook",
    pattern:
      /https:\/\/hooks\.slack\.com\/services\/T[A-Za-z0-9_]{8,}\/B[A-Za-z0-9_]{8,}\/[A-Za-z0-9_]{20,}/gu,
  },
  { type: "twilio_api_key", pattern: token("SK[0-9a-fA-F]{32}") },
  { type: "twilio_account_sid", pattern: token("AC[0-9a-fA-F]{32}") },
  { type: "sendgrid_key", pattern: token("SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}") },
  { type: "mailgun_key", pattern: token("key-[A-Za-z0-9]{32}") },
  { type: "discord_bot", pattern: token("[MNO][A-Za-z0-9]{23}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27}") },
  { type: "telegram_bot", pattern: token("[0-9]{8,10}:[A-Za-z0-9_-]{35}") },
  // Shops.
  { type: "shopify_token", pattern: token("shpat_[a-fA-F0-9]{32}") },
  // Databases.
  { type: "db_url_postgres", pattern: databaseUrl("postgres(?:ql)?") },
  { type: "db_url_mysql", pattern: databaseUrl("mysql") },
  { type: "db_url_mongodb", pattern: databaseUrl("mongodb(?:\\+srv)?") },
  // Keys of any kind.
  {
    type: "private_key_pem",
    pattern: /-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----/gu,
  },
  { type: "jwt", pattern: token("eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}") },
  // People.
  {
    type: "credit_card",
    // Neither the middle of a longer number nor a part of a decimal one.
    pattern: token("(?<!\\p{Nd})(?<!\\p{Nd}\\.)(?:\\p{Nd}{4}[ -]?){3}\\p{Nd}{1,4}(?!\\p{Nd})(?!\\.\\p{Nd})"),
    accepts: isLuhnCard,
  },
  { type: "ssn_us", pattern: token("\\p{Nd}{3}-\\p{Nd}{2}-\\p{Nd}{4}") },
];
