-- oldest-program: 0.1.0
-- People that sources told of: by which rule each is asked about, when the source answered last, and whose word stands where (K5, K10).
ALTER TABLE hub.person ADD COLUMN named_by text COLLATE "C";
ALTER TABLE hub.unit ADD COLUMN source text COLLATE "C";
ALTER TABLE hub.assignment
  ADD COLUMN source text COLLATE "C",
  ADD COLUMN commission jsonb,
  -- The source does not give it any more; it ends once the brake has let that through.
  ADD COLUMN missing_since timestamptz;
CREATE INDEX assignment_missing ON hub.assignment (missing_since) WHERE missing_since IS NOT NULL;
CREATE TABLE hub.told_person (
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  source text COLLATE "C" NOT NULL,
  rule text COLLATE "C" NOT NULL,
  told_at timestamptz NOT NULL,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (person, source)
);
CREATE INDEX told_person_due ON hub.told_person (rule, asked_at);
