-- oldest-program: 0.1.0
-- Accounts of people in other systems, as the hub left them there; and each login that opens one for a time (K5, K6).
CREATE TABLE hub.account (
  target text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  key text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'closed', 'deleted', 'refused')),
  -- The target's own name for it that never changes.
  object text COLLATE "C",
  login_name text COLLATE "C",
  principal text COLLATE "C",
  until timestamptz NOT NULL,
  delete_from timestamptz NOT NULL,
  -- Why it was refused, in codes.
  reason text COLLATE "C",
  detail text,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (target, person)
);
CREATE INDEX account_person ON hub.account (person);
-- What is due: an open one at its end, a closed one when it is to be deleted.
CREATE INDEX account_due ON hub.account (until) WHERE state = 'open';
CREATE INDEX account_to_delete ON hub.account (delete_from) WHERE state = 'closed';
CREATE TABLE hub.account_grant (
  id text COLLATE "C" PRIMARY KEY,
  target text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL,
  journey text COLLATE "C" NOT NULL,
  rule text COLLATE "C" NOT NULL,
  application text COLLATE "C" NOT NULL,
  assignment text COLLATE "C",
  reference text COLLATE "C" NOT NULL,
  granted_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  answer text COLLATE "C" NOT NULL DEFAULT 'waiting'
);
CREATE INDEX account_grant_account ON hub.account_grant (target, person, until);
CREATE INDEX account_grant_journey ON hub.account_grant (journey);
-- Accounts of the target that the hub keeps itself, for trying out.
CREATE TABLE hub.builtin_account (
  target text COLLATE "C" NOT NULL,
  login_name text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  doc jsonb NOT NULL,
  PRIMARY KEY (target, login_name),
  UNIQUE (target, key)
);
