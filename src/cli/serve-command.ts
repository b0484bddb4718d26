import { type Command, InvalidArgumentError, Option } from "commander";
import { checkDatabase } from "./database-option.ts";
import { addJsonOption } from "./output.ts";
import { LOG_LEVELS, serve } from "./serve.ts";

/** `hindsight-testkit serve` */
export function addServeCommand(program: Command): void {
  const command = program
    .command("serve")
    .description(
      "Run a server in the foreground. Prints one line of JSON with its url when it is ready; logs go to stderr.",
    )
    .option("--port <number>", "port to listen on, 0 for a free one (HINDSIGHT_API_PORT, else 0)", parsePort)
    .option("--host <address>", "address to listen on (HINDSIGHT_API_HOST, else 127.0.0.1)")
    .option(
      "--llm-provider <name>",
      "the LLM provider, such as offline, none or openai (HINDSIGHT_API_LLM_PROVIDER, else offline)",
    )
    .option("--llm-model <name>", "the provider's model (HINDSIGHT_API_LLM_MODEL)")
    .option("--llm-base-url <url>", "the provider's address (HINDSIGHT_API_LLM_BASE_URL)")
    .option(
      "--database <where>",
      "embedded, container, or postgres://user@host/database (HINDSIGHT_API_DATABASE_URL, else embedded)",
      checkDatabase,
    )
    .addOption(new Option("--log-level <level>", "(HINDSIGHT_API_LOG_LEVEL, else info)").choices(LOG_LEVELS))
    .option(
      "--test-mode",
      "a clock that stands still until it is set, derived ids, sandboxes, and the routes under /testkit/v1 (HINDSIGHT_TESTKIT_TOKEN: who may call them; needed on any address but loopback)",
      false,
    )
    .addHelpText(
      "after",
      "\nUpstream's variables (HINDSIGHT_API_…) configure all the rest, the provider's API key among it. No .env file is read." +
        "\nExit codes: 0 after a signal, 1 when it fails, 2 for a wrong use, 3 when the database or a service of models does not answer.",
    );
  addJsonOption(command).action(serve);
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}
