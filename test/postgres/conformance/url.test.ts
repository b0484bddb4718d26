import { startStandardServer } from "../../support/standard-server.ts";
import { describeHost } from "./suite.ts";
import { schemaPlace, urlPlace } from "./url-place.ts";

describeHost("a URL", async () => {
  const server = await startStandardServer();
  return urlPlace(server.url("postgres"), false, () => server.stop());
});

describeHost("a URL, schemas", async () => {
  const server = await startStandardServer();
  return await schemaPlace(server.url("postgres"), false, () => server.stop());
});
