const SUBSCRIPTION = "it works with the login of a subscription, which a server in a test cannot have";
const LIBRARY = "it is reached through a Python library";

/** Names that upstream knows, and why there is no such provider here. */
export const UNAVAILABLE: Readonly<Record<string, string>> = {
  "openai-codex": SUBSCRIPTION,
  chatgpt: SUBSCRIPTION,
  "claude-code": SUBSCRIPTION,
  cursor: SUBSCRIPTION,
  "github-copilot": SUBSCRIPTION,
  nous: SUBSCRIPTION,
  "xai-oauth": SUBSCRIPTION,
  litellmrouter: `${LIBRARY}; name a proxy of LiteLLM with the provider litellm`,
  bedrock: `${LIBRARY}; name a proxy of LiteLLM with the provider litellm`,
  vertexai: "it wants Google's own credentials; take the provider gemini, or a proxy of LiteLLM with litellm",
  mock: "it is for upstream's own tests; take offline",
};
