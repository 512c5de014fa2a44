-- oldest-program: 0.1.0
-- The assignment that was chosen in a session: the session ends with it (K8).
ALTER TABLE hub.session ADD COLUMN assignment text COLLATE "C";
CREATE INDEX session_assignment ON hub.session (assignment) WHERE ended_at IS NULL AND assignment IS NOT NULL;
-- When each target is compared as a whole, and which hub does it now (K8).
CREATE TABLE hub.account_check_due (
  target text COLLATE "C" PRIMARY KEY,
  -- What the target's record says of the hour: another one is another time.
  record text COLLATE "C" NOT NULL,
  next_at timestamptz NOT NULL,
  lease_by text COLLATE "C",
  lease_until timestamptz
);
-- Each such run: nothing is concluded from one that is not done.
CREATE TABLE hub.account_check (
  id text COLLATE "C" PRIMARY KEY,
  target text COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  state text COLLATE "C" NOT NULL CHECK (state IN ('running', 'done', 'unfinished')),
  -- Why it is unfinished, or what makes it doubtful.
  why text COLLATE "C",
  detail text,
  counts jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX account_check_target ON hub.account_check (target, started_at);
CREATE TABLE hub.account_finding (
  run text COLLATE "C" NOT NULL REFERENCES hub.account_check (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  what text COLLATE "C" NOT NULL,
  person text COLLATE "C",
  -- Login name, what is different, the steps that would mend it.
  doc jsonb NOT NULL,
  -- Whether mending it takes something from somebody.
  closes boolean NOT NULL,
  asked_at timestamptz,
  asked_by text,
  PRIMARY KEY (run, key)
);
CREATE INDEX account_finding_what ON hub.account_finding (run, what, key);
-- A held change may close accounts too: target and login name of each.
ALTER TABLE hub.held_person ADD COLUMN accounts text[] NOT NULL DEFAULT '{}';
