-- oldest-program: 0.1.0
-- Two people who turned out to be one: the other is closed and points to the one that was kept; what moved is written down, so that it can be undone (V4).
ALTER TABLE hub.person ADD COLUMN merged_into text COLLATE "C" REFERENCES hub.person (id);
-- Nothing opens one again but undoing the merge: no file, no change that waited for approvals.
ALTER TABLE hub.person ADD CONSTRAINT person_merged_closed CHECK (merged_into IS NULL OR closed);
CREATE TABLE hub.person_merge (
  id text COLLATE "C" PRIMARY KEY,
  keep text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  other text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  at timestamptz NOT NULL,
  by text NOT NULL,
  reason text NOT NULL,
  -- Ids of links, assignments, usernames and sources; never an identifier.
  moved jsonb NOT NULL,
  undone_at timestamptz,
  undone_by text,
  undone_reason text
);
CREATE UNIQUE INDEX person_merge_live ON hub.person_merge (other) WHERE undone_at IS NULL;
CREATE INDEX person_merge_keep ON hub.person_merge (keep);
