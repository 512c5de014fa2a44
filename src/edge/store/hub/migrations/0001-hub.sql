-- oldest-program: 0.1.0
-- The hub's tables. Keys are compared byte for byte (COLLATE "C"); names sort by ICU.
CREATE COLLATION IF NOT EXISTS hub.names (provider = icu, locale = 'und-u-ks-level2', deterministic = true);

-- Single use as data (core/commit). `until` follows from the key, so that the partition is the same for everybody.
CREATE TABLE hub.claim (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  until timestamptz NOT NULL,
  by text COLLATE "C" NOT NULL,
  PRIMARY KEY (scope, key, until)
) PARTITION BY RANGE (until);
CREATE TABLE hub.claim_default PARTITION OF hub.claim DEFAULT;

-- Audit events: `text` is the exact stored text; the digest covers it and the salt.
CREATE TABLE hub.audit_event (
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
  leaf_index bigint
);
CREATE INDEX audit_event_unsealed ON hub.audit_event (id) WHERE leaf_index IS NULL;
CREATE UNIQUE INDEX audit_event_leaf ON hub.audit_event (leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX audit_event_at ON hub.audit_event USING brin (at);
CREATE INDEX audit_event_person ON hub.audit_event (person, at) WHERE person IS NOT NULL;
CREATE INDEX audit_event_reference ON hub.audit_event (reference) WHERE reference IS NOT NULL;
CREATE INDEX audit_event_session ON hub.audit_event (session) WHERE session IS NOT NULL;

-- The catalogue: one row an item, one revision for all of it.
CREATE TABLE hub.catalogue_item (
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  doc jsonb NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE TABLE hub.catalogue_revision (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  revision bigint NOT NULL
);
INSERT INTO hub.catalogue_revision (revision) VALUES (0);

-- The directory.
CREATE TABLE hub.organisation (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE hub.names NOT NULL,
  number text COLLATE "C" UNIQUE,
  parent text COLLATE "C" REFERENCES hub.organisation (id),
  brand text COLLATE "C",
  closed boolean NOT NULL DEFAULT false
);
CREATE TABLE hub.unit (
  id text COLLATE "C" PRIMARY KEY,
  organisation text COLLATE "C" NOT NULL REFERENCES hub.organisation (id),
  name text COLLATE hub.names NOT NULL,
  parent text COLLATE "C" REFERENCES hub.unit (id)
);
CREATE TABLE hub.person (
  id text COLLATE "C" PRIMARY KEY,
  given_name text COLLATE hub.names NOT NULL,
  family_name text COLLATE hub.names NOT NULL,
  locale text COLLATE "C",
  closed boolean NOT NULL DEFAULT false,
  protected_identity boolean NOT NULL DEFAULT false,
  attributes jsonb NOT NULL DEFAULT '{}'
);
-- An identity: who somebody is at one provider or register. `lookup` is the value itself, or for personal
-- numbers a keyed hash; `sealed` is then the encrypted value.
CREATE TABLE hub.identity (
  namespace text COLLATE "C" NOT NULL,
  lookup text COLLATE "C" NOT NULL,
  sealed bytea,
  PRIMARY KEY (namespace, lookup)
);
-- A link: identity -> person, with history.
CREATE TABLE hub.link (
  id text COLLATE "C" PRIMARY KEY,
  namespace text COLLATE "C" NOT NULL,
  lookup text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  source text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  FOREIGN KEY (namespace, lookup) REFERENCES hub.identity (namespace, lookup)
);
CREATE UNIQUE INDEX link_live ON hub.link (namespace, lookup) WHERE until IS NULL;
CREATE INDEX link_person ON hub.link (person);
CREATE TABLE hub.assignment (
  id text COLLATE "C" PRIMARY KEY,
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  organisation text COLLATE "C" NOT NULL REFERENCES hub.organisation (id),
  unit text COLLATE "C" REFERENCES hub.unit (id),
  role text COLLATE "C" NOT NULL,
  title text,
  hsa_id text COLLATE "C",
  hpr_number text COLLATE "C",
  valid_from timestamptz,
  valid_until timestamptz
);
CREATE INDEX assignment_person ON hub.assignment (person);

-- Passwords of the hub's own accounts: Argon2id, PHC string.
CREATE TABLE hub.password (
  username text COLLATE "C" PRIMARY KEY,
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  hash text COLLATE "C" NOT NULL,
  changed_at timestamptz NOT NULL
);
-- Failed tries, shared by all processes: per account and per address.
CREATE TABLE hub.login_throttle (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  failures integer NOT NULL,
  accounts text[] COLLATE "C" NOT NULL DEFAULT '{}',
  last_at timestamptz NOT NULL,
  blocked_until timestamptz,
  PRIMARY KEY (scope, key)
);

-- Enrolled devices: only an administrator or the agent sets a kind.
CREATE TABLE hub.device (
  id text COLLATE "C" PRIMARY KEY,
  secret_hash text COLLATE "C" NOT NULL UNIQUE,
  kind text COLLATE "C" NOT NULL,
  name text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL,
  closed boolean NOT NULL DEFAULT false
);

-- Journeys and their one-hop tickets. The document is sealed (personal data, memos).
CREATE TABLE hub.journey (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  browser text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  ended boolean NOT NULL DEFAULT false
);
CREATE INDEX journey_expires ON hub.journey (expires_at);
CREATE TABLE hub.handoff (
  hash text COLLATE "C" PRIMARY KEY,
  journey text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX handoff_expires ON hub.handoff (expires_at);

-- Single sign-on sessions.
CREATE TABLE hub.session (
  id text COLLATE "C" PRIMARY KEY,
  secret_hash text COLLATE "C" NOT NULL UNIQUE,
  person text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  idle_until timestamptz NOT NULL,
  absolute_until timestamptz NOT NULL,
  ended_at timestamptz,
  ended_by text COLLATE "C"
);
CREATE INDEX session_person ON hub.session (person) WHERE ended_at IS NULL;
CREATE INDEX session_overdue ON hub.session ((least(idle_until, absolute_until))) WHERE ended_at IS NULL;
CREATE TABLE hub.session_reach (
  session text COLLATE "C" NOT NULL REFERENCES hub.session (id) ON DELETE CASCADE,
  application text COLLATE "C" NOT NULL,
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (session, application)
);

-- OAuth 2.
CREATE TABLE hub.pushed_request (
  hash text COLLATE "C" PRIMARY KEY,
  doc jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX pushed_request_expires ON hub.pushed_request (expires_at);
CREATE TABLE hub.oauth_grant (
  id text COLLATE "C" PRIMARY KEY,
  client text COLLATE "C" NOT NULL,
  person text COLLATE "C",
  session text COLLATE "C",
  doc jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_by text COLLATE "C"
);
CREATE INDEX oauth_grant_session ON hub.oauth_grant (session) WHERE revoked_at IS NULL;
CREATE INDEX oauth_grant_expires ON hub.oauth_grant (expires_at);
CREATE TABLE hub.oauth_code (
  hash text COLLATE "C" PRIMARY KEY,
  grant_id text COLLATE "C" NOT NULL,
  doc jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX oauth_code_expires ON hub.oauth_code (expires_at);
CREATE TABLE hub.refresh_token (
  hash text COLLATE "C" PRIMARY KEY,
  grant_id text COLLATE "C" NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  superseded_at timestamptz
);
CREATE INDEX refresh_token_expires ON hub.refresh_token (expires_at);

-- Signing keys: the private part is sealed with a key from outside the database.
CREATE TABLE hub.signing_key (
  kid text COLLATE "C" PRIMARY KEY,
  issuer text COLLATE "C" NOT NULL,
  algorithm text COLLATE "C" NOT NULL,
  public_jwk jsonb NOT NULL,
  sealed bytea NOT NULL,
  publish_at timestamptz NOT NULL,
  activate_at timestamptz NOT NULL,
  retire_at timestamptz NOT NULL
);

-- Work to do after a commit.
CREATE TABLE hub.outbox (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  payload jsonb NOT NULL,
  not_before timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  done_at timestamptz,
  dead_at timestamptz,
  last_error text
);
CREATE INDEX outbox_due ON hub.outbox (not_before) WHERE done_at IS NULL AND dead_at IS NULL;

-- Hubs that run now: for rolling upgrade and the clock check.
CREATE TABLE hub.node (
  id text COLLATE "C" PRIMARY KEY,
  program text COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);

-- One row a batch of the committer: tells a retry after a lost connection that the batch was committed.
CREATE TABLE hub.commit_batch (
  id text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX commit_batch_at ON hub.commit_batch (at);
CREATE INDEX outbox_session ON hub.outbox ((payload ->> 'session'));
