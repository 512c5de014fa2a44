-- oldest-program: 0.1.0
-- The certificate authority's tables, in a database and for a role of its own. Nothing here is ever deleted but old lists.

-- Every certificate, written down before it is signed: `der` is null until then.
CREATE TABLE authority.certificate (
  issuer text COLLATE "C" NOT NULL,
  serial text COLLATE "C" NOT NULL CHECK (serial ~ '^[0-9a-f]{32,40}$'),
  caller text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  request_hash text COLLATE "C" NOT NULL,
  profile text COLLATE "C" NOT NULL,
  person text COLLATE "C",
  reference text COLLATE "C",
  holder text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  to_sign bytea NOT NULL,
  der bytea,
  state text COLLATE "C" NOT NULL DEFAULT 'good' CHECK (state IN ('good', 'held', 'revoked')),
  reason smallint,
  changed_at timestamptz,
  PRIMARY KEY (issuer, serial),
  UNIQUE (caller, order_id),
  CHECK ((state = 'good') = (reason IS NULL))
);
CREATE INDEX certificate_key ON authority.certificate (key);
CREATE INDEX certificate_unsigned ON authority.certificate (issuer) WHERE der IS NULL;
CREATE INDEX certificate_not_good ON authority.certificate (issuer, not_after) WHERE state <> 'good';
CREATE INDEX certificate_person ON authority.certificate (person) WHERE person IS NOT NULL;

-- Whose a public key is: the first holder that it was certified for.
CREATE TABLE authority.key_holder (
  key text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL
);

-- How often the state of one of an issuer's certificates changed: a list with an older number is due.
CREATE TABLE authority.revision (
  issuer text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL
);

CREATE TABLE authority.list (
  issuer text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  revision bigint NOT NULL,
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  der bytea NOT NULL,
  PRIMARY KEY (issuer, number)
);

-- The trail, in the form of core/audit; the same tables as the hub's.
CREATE TABLE authority.audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  kind text COLLATE "C" NOT NULL,
  class text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  person text COLLATE "C",
  organisation text COLLATE "C",
  application text COLLATE "C",
  session text COLLATE "C",
  journey text COLLATE "C",
  reference text COLLATE "C",
  reason text COLLATE "C",
  text text,
  salt bytea,
  leaf_index bigint,
  CONSTRAINT audit_event_sealable CHECK (leaf_index IS NOT NULL OR (text IS NOT NULL AND octet_length(salt) = 16))
);
CREATE INDEX audit_event_unsealed ON authority.audit_event (id) WHERE leaf_index IS NULL;
CREATE UNIQUE INDEX audit_event_leaf ON authority.audit_event (leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX audit_event_at ON authority.audit_event USING brin (at);
CREATE INDEX audit_event_person ON authority.audit_event (person, at) WHERE person IS NOT NULL;
CREATE INDEX audit_event_reference ON authority.audit_event (reference) WHERE reference IS NOT NULL;
ALTER TABLE authority.audit_event SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
CREATE TABLE authority.audit_leaf (
  leaf_index bigint PRIMARY KEY,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32)
);
CREATE TABLE authority.audit_node (
  level smallint NOT NULL,
  node_index bigint NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, node_index)
);
CREATE TABLE authority.audit_checkpoint (
  size bigint PRIMARY KEY,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  at timestamptz NOT NULL,
  note text COLLATE "C" NOT NULL,
  frontier bytea NOT NULL
);
