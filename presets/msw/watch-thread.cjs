// Required first in every worker thread that code under test starts: what it asks of an LLM provider cannot be intercepted
// there, and must not reach the network without a word.
const { subscribe } = require("node:diagnostics_channel");
const { BroadcastChannel, getEnvironmentData } = require("node:worker_threads");

const { channel, origins, baseUrls } = getEnvironmentData("hindsight-testkit") ?? {};

function refuse(url, end) {
  const where = url.replace(/\?.*$/, "");
  if (!origins?.includes(new URL(url).origin) && !baseUrls?.some((base) => where.startsWith(`${base}/`)))
    return;
  const reason = `${where} was called in a worker thread, where it cannot be intercepted. Give its client the address of the gateway: llm.url().`;
  const told = new BroadcastChannel(channel);
  told.postMessage(reason);
  told.close();
  end(new Error(`[hindsight-testkit] ${reason}`));
}

subscribe("undici:request:create", ({ request }) => {
  refuse(`${request.origin}${request.path}`, (error) => request.onError?.(error));
});
subscribe("http.client.request.start", ({ request }) => {
  refuse(`${request.protocol}//${request.getHeader("host") ?? request.host}${request.path}`, (error) =>
    request.destroy(error),
  );
});
