import type { JsonSchema } from "../validation/json-schema.ts";
import type { OpenApiDocument, Operation } from "./document.ts";

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;padding:.2rem 0}summary b{display:inline-block;width:4.5rem}code,pre{font:13px/1.4 ui-monospace,monospace}
pre{background:#f4f4f4;padding:.6rem;overflow:auto}@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}
pre{background:#262626}a{color:#8ab4f8}}`;

/** The document as a page to read: it asks for nothing else, from nowhere. */
export function documentPage(document: OpenApiDocument, documentUrl: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toSection(method, path, operation)),
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${code(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(document.info.title)}</title>
<style>${STYLE}</style><h1>${escapeHtml(document.info.title)} ${escapeHtml(document.info.version)}</h1>
<p>${escapeHtml(document.info.description)} <a href="${escapeHtml(documentUrl)}">openapi.json</a></p>
<h2>Operations</h2>${operations.join("\n")}<h2>Schemas</h2>${schemas.join("\n")}</html>`;
}

function toSection(method: string, path: string, operation: Operation): string {
  const { parameters, requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<li><code>${escapeHtml(name)}</code> (${place}${required ? ", required" : ""}): ${typeOf(schema)}</li>`,
  );
  const contents = (content: Record<string, { schema: JsonSchema }>) =>
    Object.entries(content)
      .map(([type, { schema }]) => `${escapeHtml(type)}: ${typeOf(schema)}`)
      .join(", ");
  const answers = Object.entries(responses).map(
    ([status, { description, content }]) =>
      `<li>${status}, ${escapeHtml(description)}${content ? `: ${contents(content)}` : ""}</li>`,
  );
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary)}</summary>
${rows.length > 0 ? `<p>Parameters</p><ul>${rows.join("")}</ul>` : ""}
${requestBody ? `<p>Body: ${contents(requestBody.content)}</p>` : ""}<p>Answers</p><ul>${answers.join("")}</ul></details>`;
}

function typeOf(schema: JsonSchema): string {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return `<a href="#${escapeHtml(name)}"><code>${escapeHtml(name)}</code></a>`;
  return `<code>${escapeHtml(JSON.stringify(schema))}</code>`;
}

function code(schema: JsonSchema): string {
  return `<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
