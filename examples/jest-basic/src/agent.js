const { HindsightClient } = require("@vectorize-io/hindsight-client");

/** A small agent with a memory: the code under test. */
function createAgent({ hindsightUrl, bankId }) {
  const memory = new HindsightClient({ baseUrl: hindsightUrl });
  return {
    /** Remembers what the user says, without waiting for it. */
    async chat(message) {
      await memory.retain(bankId, message, { async: true });
    },
    /** Answers a question from what it remembers. */
    async ask(question) {
      return (await memory.reflect(bankId, question)).text;
    },
  };
}

module.exports = { createAgent };
