#!/usr/bin/env node
import { Command, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { serve } from "./serve.ts";

const program = new Command("hindsight-testkit")
  .description("Hindsight servers for tests: no key, no Docker, no network.")
  .version(manifest.version);

program
  .command("serve")
  .description(
    "Run a server in the foreground. Prints one line of JSON with its url when it is ready; logs go to stderr.",
  )
  .option("--port <number>", "port to listen on, 0 for a free one", "0")
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option(
    "--llm-provider <name>",
    "offline, none, openai, groq, ollama, openrouter, lmstudio or deepseek",
    "offline",
  )
  .option("--llm-model <name>", "the provider's model")
  .option("--llm-base-url <url>", "the provider's address")
  .option("--database <where>", "embedded, or postgres://user@host/database", "embedded")
  .addOption(new Option("--log-level <level>").choices(["debug", "info", "warning", "error"]).default("info"))
  .addHelpText("after", "\nThe provider's API key is read from HINDSIGHT_API_LLM_API_KEY.")
  .action(serve);

await program.parseAsync();
