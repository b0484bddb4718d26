import { readAttachment } from "../../engine/attachments/read.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Route, route } from "../route.ts";

/** What stands behind an id never changes. */
const HEADERS = {
  "cache-control": "private, max-age=31536000, immutable",
  "x-content-type-options": "nosniff",
};

/** The bytes of attachments. */
export function attachmentRoutes({ context }: Engine): Route[] {
  return [
    route({
      name: "get_bank_attachment",
      method: "GET",
      path: "/v1/default/banks/:bank_id/attachments/:attachment_id",
      mediaType: "application/octet-stream",
      handle: async ({ address, parameter }) => {
        const { content, mediaType } = await readAttachment(context, address, parameter("attachment_id"));
        return new Response(new Uint8Array(content), {
          headers: {
            ...HEADERS,
            "content-type": contentType(mediaType),
            "content-length": String(content.length),
          },
        });
      },
    }),
  ];
}

/** As its author declared it, unless no header can say so. */
function contentType(mediaType: string): string {
  if (!/^[\x21-\x7e]+$/.test(mediaType)) return "application/octet-stream";
  return mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType;
}
