/** Routes of the contract that this server does not have; B is a bank's path. They are answered with 501. */
const TABLE = `
  POST B/prompts/preview
  GET B/knowledge-base/tree
  POST B/knowledge-base/folders
  POST B/knowledge-base/pages
  GET B/knowledge-base/export
  GET B/knowledge-base/search
  GET B/knowledge-base/pages/:page_id
  PATCH B/knowledge-base/nodes/:node_id
  DELETE B/knowledge-base/nodes/:node_id
  POST B/import
  GET B/export
  GET B/document-transfer
  POST B/document-transfer
  POST B/document-transfer/export
  POST B/transfer/export
  POST B/transfer/import
  POST B/clone
  GET /v1/default/files/download/:key
  GET /v1/bank-template-schema
  POST B/webhooks
  GET B/webhooks
  DELETE B/webhooks/:webhook_id
  PATCH B/webhooks/:webhook_id
  GET B/webhooks/:webhook_id/deliveries
  POST B/files/retain
  GET B/audit-logs
  GET B/audit-logs/stats
  GET B/audit-logs/:log_id
  GET B/llm-requests
  GET B/llm-requests/stats
`;

export const NOT_IMPLEMENTED = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [method = "", path = ""] = line.trim().split(" ");
    return { method, path: path.replace(/^B/, "/v1/default/banks/:bank_id") };
  });
