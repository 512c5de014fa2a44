-- oldest-program: 0.1.0
-- The sealed log: leaves, every eighth level of the Merkle tree, checkpoints, and where readers of it stand.

-- One row a leaf: SHA-256 over salt and text. It stays when retention deletes both.
CREATE TABLE hub.audit_leaf (
  leaf_index bigint PRIMARY KEY,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32)
);
-- Roots of complete subtrees at levels 8, 16, 24 …: enough to prove any event by reading a few hundred hashes.
CREATE TABLE hub.audit_node (
  level smallint NOT NULL,
  node_index bigint NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, node_index)
);
-- The signed note, and the tree's right edge at that size, from which the next seal goes on.
CREATE TABLE hub.audit_checkpoint (
  size bigint PRIMARY KEY,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  at timestamptz NOT NULL,
  note text COLLATE "C" NOT NULL,
  frontier bytea NOT NULL
);
-- An unsealed event has its text and salt: nothing can be sealed that cannot be proven.
ALTER TABLE hub.audit_event
  ADD CONSTRAINT audit_event_sealable CHECK (leaf_index IS NOT NULL OR (text IS NOT NULL AND octet_length(salt) = 16));
CREATE INDEX audit_event_journey ON hub.audit_event (journey) WHERE journey IS NOT NULL;
-- Sealing writes each row a second time: clean up early, in small portions.
ALTER TABLE hub.audit_event SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

-- How far retention has come, by class: everything older has been looked at.
CREATE TABLE hub.audit_retained (
  class text COLLATE "C" PRIMARY KEY,
  up_to timestamptz NOT NULL
);
-- How far each feed of sealed events has come.
CREATE TABLE hub.audit_feed (
  name text COLLATE "C" PRIMARY KEY,
  next_leaf bigint NOT NULL
);
