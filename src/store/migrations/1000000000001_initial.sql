-- Up Migration

-- Every table of a bank's data begins its keys with bank_key, which stands for (sandbox, bank id): a bank is dropped in one
-- statement, forked by INSERT … SELECT with its ids unchanged, and the schema can be distributed by that key as it is.

CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A test's own set of banks. The default sandbox, '', always exists. A closed one stays as a row, so that late writes of a
-- finished test are told apart from unknown paths.
CREATE TABLE sandboxes (
  sandbox_id text PRIMARY KEY,
  closed     boolean NOT NULL DEFAULT false,
  -- Where its clock was set to; null: where every test's begins, or the server's own.
  clock      timestamptz,
  -- Forks that were ever made of it: theirs are the ids <id>-1, <id>-2, …
  forks      integer NOT NULL DEFAULT 0
);
INSERT INTO sandboxes (sandbox_id) VALUES ('');
-- The ids of the others: 1, 2, …
CREATE SEQUENCE sandbox_numbers;

CREATE TABLE banks (
  bank_key     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sandbox_id   text NOT NULL REFERENCES sandboxes ON DELETE CASCADE,
  bank_id      text NOT NULL,
  name         text NOT NULL,
  -- The bank's own configuration: overrides of the server's, by key.
  config       jsonb NOT NULL DEFAULT '{}',
  -- Moves with every write of the bank's memory units; caches are checked against it.
  revision     bigint NOT NULL DEFAULT 0,
  -- The revision of the last write that changed or removed a unit: caches older than it are read anew, others only grow.
  rewritten_at_revision bigint NOT NULL DEFAULT 0,
  -- Ids within the bank are derived from the seed (constant in test mode, random otherwise) and this counter.
  id_seed      text NOT NULL,
  id_counter   bigint NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  -- Whether the bank is so large that its vectors are searched approximately, which only pgvector does.
  approximate  boolean NOT NULL DEFAULT false,
  -- Wall time: created_at follows the server's clock, which stands still in test mode.
  inserted_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (sandbox_id, bank_id)
);

-- The names that banks answer to: each its own id, and aliases. In a sandbox a name stands for one bank.
CREATE TABLE bank_names (
  bank_key   bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  name       text NOT NULL,
  sandbox_id text NOT NULL,
  is_alias   boolean NOT NULL,
  -- The alias that lists show beside the bank's own id.
  is_primary boolean NOT NULL DEFAULT false,
  -- The order in which they were made.
  position   bigint GENERATED ALWAYS AS IDENTITY,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bank_key, name),
  UNIQUE (sandbox_id, name)
);
CREATE UNIQUE INDEX bank_names_primary ON bank_names (bank_key) WHERE is_primary;

-- However a bank is made, its id is taken in the same statement.
CREATE FUNCTION take_bank_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bank_names (bank_key, name, sandbox_id, is_alias, created_at)
  VALUES (NEW.bank_key, NEW.bank_id, NEW.sandbox_id, false, NEW.created_at);
  RETURN NULL;
END $$;
CREATE TRIGGER take_bank_name AFTER INSERT ON banks FOR EACH ROW EXECUTE FUNCTION take_bank_name();

CREATE TABLE directives (
  bank_key     bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  directive_id uuid NOT NULL,
  position     bigint GENERATED ALWAYS AS IDENTITY,
  name         text NOT NULL,
  content      text NOT NULL,
  priority     integer NOT NULL,
  is_active    boolean NOT NULL,
  tags         text[] NOT NULL DEFAULT '{}',
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  PRIMARY KEY (bank_key, directive_id)
);

-- Answers to standing questions, which are written anew as the bank's memory changes.
CREATE TABLE mental_models (
  bank_key               bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  mental_model_id        text NOT NULL,
  name                   text NOT NULL,
  -- What the content answers. Null: it was given with the content alone, and nothing refreshes it.
  source_query           text,
  content                text NOT NULL DEFAULT '',
  -- The content in sections and blocks, with the ids that they have been given. Null: the next refresh writes all of it.
  structure              jsonb,
  -- The question that the content answers, which may have changed since. Null: the next refresh writes all of it.
  answered_query         text,
  tags                   text[] NOT NULL DEFAULT '{}',
  max_tokens             integer NOT NULL,
  -- When and how it is refreshed: all fields, under the names of the API.
  trigger                jsonb NOT NULL,
  -- Of the last refresh: what it found, and how it went.
  reflect_response       jsonb,
  -- Of name and content; float32, little-endian. There are few of them: they are searched in the server.
  embedding              bytea NOT NULL,
  -- The bank's revision that the last refresh saw: what was written since is news, also where the clock stands still.
  seen_revision          bigint NOT NULL,
  last_memory_seen_at    timestamptz,
  last_refreshed_at      timestamptz NOT NULL,
  last_full_refreshed_at timestamptz,
  last_refresh_failed_at timestamptz,
  created_at             timestamptz NOT NULL,
  PRIMARY KEY (bank_key, mental_model_id)
);
CREATE INDEX mental_models_list ON mental_models (bank_key, last_refreshed_at DESC, mental_model_id COLLATE "C" DESC);

-- What refreshes of a mental model replaced, and those that failed.
CREATE TABLE mental_model_history (
  bank_key        bigint NOT NULL,
  mental_model_id text NOT NULL,
  -- The order in which they ended.
  position        bigint GENERATED ALWAYS AS IDENTITY,
  failed          boolean NOT NULL,
  -- The entry as the API shows it, but for its date.
  entry           jsonb NOT NULL,
  changed_at      timestamptz NOT NULL,
  PRIMARY KEY (bank_key, mental_model_id, position),
  FOREIGN KEY (bank_key, mental_model_id) REFERENCES mental_models ON DELETE CASCADE
);

-- Requests to retain and operations are numbered in the order in which they are submitted.
CREATE SEQUENCE submission_numbers;

CREATE TABLE documents (
  bank_key           bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  document_id        text NOT NULL,
  original_text      text,
  text_length        integer NOT NULL,
  content_hash       text NOT NULL,
  tags               text[] NOT NULL DEFAULT '{}',
  retain_params      jsonb,
  document_metadata  jsonb,
  observation_scopes jsonb,
  -- Counts the writes of the document; ids of its memory units are derived from it.
  revision           bigint NOT NULL DEFAULT 1,
  -- The request that wrote it last, by its number: one that began earlier does not write over it.
  written_by         bigint NOT NULL DEFAULT 0,
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  PRIMARY KEY (bank_key, document_id)
);

CREATE INDEX documents_list ON documents (bank_key, updated_at DESC, created_at DESC, document_id COLLATE "C");

CREATE TABLE chunks (
  bank_key     bigint NOT NULL,
  document_id  text NOT NULL,
  chunk_index  integer NOT NULL,
  chunk_id     text NOT NULL,
  chunk_text   text NOT NULL,
  content_hash text NOT NULL,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (bank_key, document_id, chunk_index),
  UNIQUE (bank_key, chunk_id),
  FOREIGN KEY (bank_key, document_id) REFERENCES documents ON DELETE CASCADE
);

-- Images and files that came with a document's content: before the document is written, and as long as its text shows them.
CREATE TABLE attachments (
  bank_key      bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  document_id   text NOT NULL,
  -- The first 12 hex digits of the hash.
  attachment_id text NOT NULL,
  hash          text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('image', 'file')),
  media_type    text NOT NULL,
  filename      text,
  content       bytea NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (bank_key, document_id, attachment_id)
);
CREATE INDEX attachments_id ON attachments (bank_key, attachment_id, created_at, document_id);

-- However a document goes, its attachments go with it.
CREATE FUNCTION drop_attachments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM attachments a USING gone WHERE a.bank_key = gone.bank_key AND a.document_id = gone.document_id;
  RETURN NULL;
END $$;
CREATE TRIGGER drop_attachments AFTER DELETE ON documents
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_attachments();

CREATE TABLE memory_units (
  bank_key                bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  unit_id                 uuid NOT NULL,
  -- The order in which the bank's units were stored: what was said before and after. Not a tie-break: it shifts when several
  -- write at once.
  position                bigint NOT NULL,
  -- The bank's revision that wrote the row.
  revision                bigint NOT NULL DEFAULT 0,
  document_id             text,
  chunk_index             integer,
  chunk_id                text,
  fact_type               text NOT NULL CHECK (fact_type IN ('world', 'experience', 'observation')),
  text                    text NOT NULL,
  context                 text,
  event_date              timestamptz,
  occurred_start          timestamptz,
  occurred_end            timestamptz,
  mentioned_at            timestamptz,
  tags                    text[] NOT NULL DEFAULT '{}',
  metadata                jsonb NOT NULL DEFAULT '{}',
  observation_scopes      jsonb,
  attachment_ids          text[] NOT NULL DEFAULT '{}',
  proof_count             integer NOT NULL DEFAULT 1,
  source_memory_ids       uuid[] NOT NULL DEFAULT '{}',
  -- Names and dates that keyword search finds beside the text.
  text_signals            text NOT NULL DEFAULT '',
  search_vector           tsvector GENERATED ALWAYS AS
    (to_tsvector('english', text || ' ' || coalesce(context, '') || ' ' || text_signals)) STORED,
  -- float32, little-endian, searched exactly in the server; where pgvector is there, of its type (below).
  embedding               bytea NOT NULL,
  -- Whether the approximate index holds the row: only those of large banks are in it.
  approximate             boolean NOT NULL DEFAULT false,
  consolidated_at         timestamptz,
  consolidation_failed_at timestamptz,
  -- Scopes, as lists of tags, that a fact which has several was consolidated in: what is left of them is still to be done.
  consolidated_scopes     jsonb,
  edited_at               timestamptz,
  created_at              timestamptz NOT NULL,
  updated_at              timestamptz NOT NULL,
  -- Whoever comes from an entity or a link wants one type of facts: the index tells.
  PRIMARY KEY (bank_key, unit_id) INCLUDE (fact_type),
  FOREIGN KEY (bank_key, document_id) REFERENCES documents ON DELETE CASCADE
);
CREATE INDEX memory_units_revision ON memory_units (bank_key, revision, unit_id);
CREATE INDEX memory_units_position ON memory_units (bank_key, position);
-- The rare types of a large bank are searched without its other rows.
CREATE INDEX memory_units_type ON memory_units (bank_key, fact_type);
CREATE INDEX memory_units_document ON memory_units (bank_key, document_id);
CREATE INDEX memory_units_search ON memory_units USING gin (bank_key, search_vector);
-- Many look-ups at a time: none may have to read what waits to be sorted in.
CREATE INDEX memory_units_sources ON memory_units USING gin (bank_key, source_memory_ids) WITH (fastupdate = off)
  WHERE fact_type = 'observation';
CREATE INDEX memory_units_dates ON memory_units (bank_key, fact_type, event_date, unit_id);
-- When a bank was written last.
CREATE INDEX memory_units_updated ON memory_units (bank_key, updated_at);
CREATE INDEX memory_units_list ON memory_units (bank_key, mentioned_at DESC NULLS LAST, created_at DESC, unit_id);
-- The facts that are to be consolidated, in the order in which they are.
CREATE INDEX memory_units_pending ON memory_units
  (bank_key, created_at, mentioned_at NULLS FIRST, document_id COLLATE "C", chunk_index, position)
  WHERE fact_type <> 'observation' AND consolidated_at IS NULL AND consolidation_failed_at IS NULL;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
    CREATE EXTENSION IF NOT EXISTS vector;
    ALTER TABLE memory_units ALTER COLUMN embedding TYPE vector USING NULL;
  END IF;
EXCEPTION
  -- For whom it may not be installed, or used where it is, it is searched without it.
  WHEN insufficient_privilege OR undefined_object THEN NULL;
END $$;

-- What observations were before each of their changes.
CREATE TABLE observation_history (
  bank_key                bigint NOT NULL,
  unit_id                 uuid NOT NULL,
  -- From 1.
  number                  bigint NOT NULL,
  previous_text           text NOT NULL,
  previous_tags           text[] NOT NULL,
  previous_occurred_start timestamptz,
  previous_occurred_end   timestamptz,
  previous_mentioned_at   timestamptz,
  -- What it rested on from then on, and not before.
  new_source_memory_ids   uuid[] NOT NULL,
  changed_at              timestamptz NOT NULL,
  PRIMARY KEY (bank_key, unit_id, number),
  FOREIGN KEY (bank_key, unit_id) REFERENCES memory_units ON DELETE CASCADE
);

-- Facts that were invalidated: out of every search, until they are restored. They go with their document.
CREATE TABLE archived_units (
  LIKE memory_units EXCLUDING GENERATED,
  invalidation_reason text,
  invalidated_at      timestamptz NOT NULL,
  -- The entities that it mentioned, which it mentions again when it is restored and they are still there.
  entity_ids          uuid[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (bank_key, unit_id),
  FOREIGN KEY (bank_key) REFERENCES banks ON DELETE CASCADE,
  FOREIGN KEY (bank_key, document_id) REFERENCES documents ON DELETE CASCADE
);
CREATE INDEX archived_units_document ON archived_units (bank_key, document_id);

CREATE TABLE entities (
  bank_key       bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  entity_id      uuid NOT NULL,
  canonical_name text NOT NULL,
  mention_count  integer NOT NULL DEFAULT 0,
  first_seen     timestamptz NOT NULL,
  last_seen      timestamptz NOT NULL,
  metadata       jsonb NOT NULL DEFAULT '{}',
  -- Whether it was made for a label, which names are never taken for by similarity.
  is_label       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (bank_key, entity_id)
);
CREATE UNIQUE INDEX entities_name ON entities (bank_key, lower(canonical_name));
CREATE INDEX entities_similar ON entities USING gin (bank_key, lower(canonical_name) gin_trgm_ops) WHERE NOT is_label;

CREATE TABLE unit_entities (
  bank_key  bigint NOT NULL,
  unit_id   uuid NOT NULL,
  entity_id uuid NOT NULL,
  PRIMARY KEY (bank_key, unit_id, entity_id),
  FOREIGN KEY (bank_key, unit_id) REFERENCES memory_units ON DELETE CASCADE,
  FOREIGN KEY (bank_key, entity_id) REFERENCES entities ON DELETE CASCADE
);
CREATE INDEX unit_entities_entity ON unit_entities (bank_key, entity_id, unit_id);

-- Entities that facts mentioned together; a pair stands once, the smaller id first.
CREATE TABLE entity_cooccurrences (
  bank_key         bigint NOT NULL,
  entity_id        uuid NOT NULL,
  other_id         uuid NOT NULL,
  weight           integer NOT NULL,
  last_cooccurred  timestamptz NOT NULL,
  PRIMARY KEY (bank_key, entity_id, other_id),
  FOREIGN KEY (bank_key, entity_id) REFERENCES entities ON DELETE CASCADE,
  FOREIGN KEY (bank_key, other_id) REFERENCES entities ON DELETE CASCADE,
  CHECK (entity_id < other_id)
);
CREATE INDEX entity_cooccurrences_other ON entity_cooccurrences (bank_key, other_id);

-- Directed links between facts. Links by common entities are derived when they are read.
CREATE TABLE memory_links (
  bank_key     bigint NOT NULL,
  from_unit_id uuid NOT NULL,
  to_unit_id   uuid NOT NULL,
  link_type    text NOT NULL CHECK (link_type IN ('semantic', 'temporal', 'caused_by')),
  weight       real NOT NULL,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (bank_key, from_unit_id, link_type, to_unit_id),
  FOREIGN KEY (bank_key, from_unit_id) REFERENCES memory_units ON DELETE CASCADE,
  FOREIGN KEY (bank_key, to_unit_id) REFERENCES memory_units ON DELETE CASCADE
);
CREATE INDEX memory_links_to ON memory_links (bank_key, to_unit_id);

-- Facts that were stored, and are still to be linked to those that mean nearly the same: so many of those stored before
-- a position. They wait no longer than it takes to search, unless the server ends in between.
CREATE TABLE link_queue (
  bank_key        bigint NOT NULL,
  unit_id         uuid NOT NULL,
  before_position bigint NOT NULL,
  neighbours      integer NOT NULL,
  PRIMARY KEY (bank_key, unit_id),
  FOREIGN KEY (bank_key, unit_id) REFERENCES memory_units ON DELETE CASCADE
);

-- Facts that lost links, or all of them: the upkeep of the graph links them to their nearest again.
CREATE TABLE relink_queue (
  bank_key bigint NOT NULL,
  unit_id  uuid NOT NULL,
  PRIMARY KEY (bank_key, unit_id),
  FOREIGN KEY (bank_key, unit_id) REFERENCES memory_units ON DELETE CASCADE
);

-- Entities that units mentioned which went: the upkeep of the graph looks whether anybody still does.
CREATE TABLE entity_queue (
  bank_key  bigint NOT NULL,
  entity_id uuid NOT NULL,
  PRIMARY KEY (bank_key, entity_id),
  FOREIGN KEY (bank_key, entity_id) REFERENCES entities ON DELETE CASCADE
);

-- Links that cannot be found again, while one of their facts, or both, are in the archive.
CREATE TABLE parked_links (
  bank_key     bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  from_unit_id uuid NOT NULL,
  to_unit_id   uuid NOT NULL,
  link_type    text NOT NULL,
  weight       real NOT NULL,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (bank_key, from_unit_id, link_type, to_unit_id)
);
CREATE INDEX parked_links_to ON parked_links (bank_key, to_unit_id);

CREATE TABLE operations (
  bank_key          bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  operation_id      uuid NOT NULL,
  -- The order of submission; created_at alone has ties.
  position          bigint NOT NULL DEFAULT nextval('submission_numbers'),
  parent_id         uuid,
  operation_type    text NOT NULL,
  status            text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  -- What a worker executes. Null for a parent, which no worker claims.
  task_payload      jsonb,
  result_metadata   jsonb NOT NULL DEFAULT '{}',
  serialization_key text,
  retry_count       integer NOT NULL DEFAULT 0,
  next_retry_at     timestamptz,
  error_message     text,
  -- Why the row waits until next_retry_at, where that is no failure of its own.
  put_off_because   text,
  -- `<worker>.<number of the claim>`: a run that lost its claim can no longer write the row.
  worker_id         text,
  claimed_at        timestamptz,
  -- Whether work was submitted that joined this row while it ran: then it runs once more before it ends.
  run_again         boolean NOT NULL DEFAULT false,
  -- Whether the failure or delay that the row shows was told to somebody who waited for the bank to settle.
  outcome_reported  boolean NOT NULL DEFAULT false,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  completed_at      timestamptz,
  PRIMARY KEY (bank_key, operation_id)
);
-- Claims and look-ups by id alone go over all banks.
CREATE INDEX operations_claim ON operations (position) WHERE status = 'pending' AND task_payload IS NOT NULL;
CREATE INDEX operations_retry ON operations (next_retry_at) WHERE status = 'pending' AND next_retry_at IS NOT NULL;
CREATE INDEX operations_claimed ON operations (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX operations_ended ON operations (updated_at) WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX operations_id ON operations (operation_id);
CREATE INDEX operations_claim_by_bank ON operations (bank_key, position)
  WHERE status = 'pending' AND task_payload IS NOT NULL;
CREATE INDEX operations_list ON operations (bank_key, created_at, position);
-- The history of a document.
CREATE INDEX operations_documents ON operations
  USING gin (bank_key, jsonb_path_query_array(result_metadata, '$.document_events[*].document_id') jsonb_path_ops)
  WHERE result_metadata ? 'document_events';
CREATE INDEX operations_waiting_parents ON operations (bank_key, operation_id)
  WHERE status = 'pending' AND task_payload IS NULL;
CREATE INDEX operations_parent ON operations (bank_key, parent_id) WHERE parent_id IS NOT NULL;
-- Who waits and who runs of those that touch one thing.
CREATE INDEX operations_waiting ON operations (bank_key, serialization_key, operation_type, position)
  WHERE status = 'pending' AND serialization_key IS NOT NULL;
CREATE INDEX operations_running ON operations (bank_key, serialization_key, operation_type)
  WHERE worker_id IS NOT NULL AND serialization_key IS NOT NULL;

-- Runs that were cancelled, and whose operation was deleted or queued again before they stopped: until then they may still
-- store something.
CREATE TABLE deleted_runs (
  bank_key          bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  operation_id      uuid NOT NULL,
  position          bigint NOT NULL,
  operation_type    text NOT NULL,
  serialization_key text,
  worker_id         text NOT NULL,
  PRIMARY KEY (bank_key, operation_id, worker_id)
);

-- How often the bank was given an operation of the same content. Its id is derived from the content and this number, so that
-- operations which are submitted at once get the same ids in any order.
CREATE TABLE operation_counts (
  bank_key     bigint NOT NULL REFERENCES banks ON DELETE CASCADE,
  content_hash bytea NOT NULL,
  count        bigint NOT NULL,
  PRIMARY KEY (bank_key, content_hash)
);
