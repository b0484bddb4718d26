/** What a model may do to a document, for every prompt that asks for operations: small models follow shapes that they see. */
export const OPERATIONS = `Reply with one JSON object, {"operations": [...]}, and nothing else. Each operation has exactly the keys of its line:
- {"op": "append_block", "section_id": "...", "text": "..."}: a new block at the end of a section
- {"op": "insert_block", "section_id": "...", "after_block_id": "...", "text": "..."}: a new block behind another; null: as the first
- {"op": "replace_block", "section_id": "...", "block_id": "...", "text": "..."}
- {"op": "remove_block", "section_id": "...", "block_id": "..."}
- {"op": "add_section", "heading": "...", "level": 2, "blocks": ["..."], "after_section_id": "..."}: without after_section_id at the end
- {"op": "remove_section", "section_id": "..."}
- {"op": "replace_section_blocks", "section_id": "...", "blocks": ["..."]}
- {"op": "rename_section", "section_id": "...", "new_heading": "..."}

Ids are those of the document, copied exactly. A text is one piece of markdown: one paragraph, one list, one table or one block of code, its lines parted by \\n. To add a row to a table or a point to a list, replace the block with the whole of it. Take the smallest operation that does it: what no operation names stays as it is.`;
