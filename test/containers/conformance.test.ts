import { inject } from "vitest";
import { describeHost } from "../postgres/conformance/suite.ts";
import { schemaPlace, urlPlace } from "../postgres/conformance/url-place.ts";
import { containersOfOurs } from "./containers.ts";

describeHost("a container", async () => ({
  database: "container",
  vectors: true,
  isLeft: async ({ url }) =>
    (await containersOfOurs()).some(({ port }) => port === Number(new URL(url).port)),
  sweptByNextStart: false,
  close: async () => {},
}));

describeHost("a URL, with pgvector", async () => urlPlace(inject("postgresUrl"), true));

describeHost("a URL, schemas, with pgvector in another one", () => schemaPlace(inject("postgresUrl"), true));
