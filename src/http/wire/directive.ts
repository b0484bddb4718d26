import type { DirectiveRow } from "../../engine/directives/directives.ts";
import { isoDate } from "../../engine/iso-date.ts";

export function toDirective(bankId: string, directive: DirectiveRow) {
  return {
    id: directive.directiveId,
    bank_id: bankId,
    name: directive.name,
    content: directive.content,
    priority: directive.priority,
    is_active: directive.isActive,
    tags: directive.tags,
    created_at: isoDate(directive.createdAt),
    updated_at: isoDate(directive.updatedAt),
  };
}
