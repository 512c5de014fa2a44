-- oldest-program: 0.1.0
-- SAML metadata of others. One row a source: what is in use of it, and how its refreshing goes.
CREATE TABLE hub.metadata_source (
  id text COLLATE "C" PRIMARY KEY,
  -- Digest of the record, so that a change of it is followed at once.
  record text COLLATE "C" NOT NULL,
  -- The document in use; absent while none was taken. Origin: digest of the place that it came from.
  taken_at timestamptz,
  origin text COLLATE "C",
  created_at timestamptz,
  valid_until timestamptz,
  cache_ms bigint,
  etag text,
  last_modified text,
  -- Refreshing.
  checked_at timestamptz,
  next_at timestamptz NOT NULL,
  failures int NOT NULL DEFAULT 0,
  failing_since timestamptz,
  failure text,
  failure_detail text,
  alarmed boolean NOT NULL DEFAULT false,
  lease_by text COLLATE "C",
  lease_until timestamptz
);
-- One row an entity of a source: what counts.
CREATE TABLE hub.metadata_entity (
  entity_id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL REFERENCES hub.metadata_source ON DELETE CASCADE,
  roles text[] NOT NULL,
  -- Its own end, where that comes before the end of the source's document.
  valid_until timestamptz,
  digest text COLLATE "C" NOT NULL,
  facts jsonb NOT NULL,
  names jsonb NOT NULL,
  words tsvector,
  first_seen_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  -- No longer in the source's document: it does not count, and stays for a while to compare with should it come back.
  gone_at timestamptz,
  -- Of an entity that was asked for by itself (MDQ).
  created_at timestamptz,
  fresh_until timestamptz,
  fetched_at timestamptz,
  PRIMARY KEY (entity_id, source)
);
CREATE INDEX metadata_entity_source ON hub.metadata_entity (source);
CREATE INDEX metadata_entity_gone ON hub.metadata_entity (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX metadata_entity_words ON hub.metadata_entity USING gin (words) WHERE words IS NOT NULL;
-- A change that weakens an entity and waits for a person; the row above counts meanwhile.
CREATE TABLE hub.metadata_held (
  entity_id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  roles text[] NOT NULL,
  valid_until timestamptz,
  digest text COLLATE "C" NOT NULL,
  facts jsonb NOT NULL,
  names jsonb NOT NULL,
  words tsvector,
  reasons jsonb NOT NULL,
  held_at timestamptz NOT NULL,
  PRIMARY KEY (entity_id, source),
  FOREIGN KEY (entity_id, source) REFERENCES hub.metadata_entity ON DELETE CASCADE
);
