import { createHash } from "node:crypto";
import type { HeldWork } from "../engine/held-work.ts";
import type { RequestContext, Route } from "./route.ts";

const READING_POSTS = /\/(recall|reflect)$/;
/** Who asks after one operation waits for that one. */
const OF_ONE_OPERATION = /\/operations\/:/;

/** Whether a request to a sandbox whose work is held reads what was read before, as those do who wait for a change. */
export async function isReadAgain(
  heldWork: HeldWork,
  sandboxId: string,
  { method, path }: Route,
  { req }: RequestContext,
): Promise<boolean> {
  if (!heldWork.holds(sandboxId) || !path.includes("/banks/") || OF_ONE_OPERATION.test(path)) return false;
  const reads = method === "GET" || READING_POSTS.test(path);
  return heldWork.readsAgain(sandboxId, reads ? hashOf(req.url, await req.arrayBuffer()) : undefined);
}

function hashOf(url: string, body: ArrayBuffer): string {
  return createHash("sha256").update(`${url} `).update(new Uint8Array(body)).digest("hex");
}
