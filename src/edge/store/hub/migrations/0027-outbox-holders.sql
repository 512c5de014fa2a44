-- oldest-program: 0.1.0
-- Who holds a lease of the outbox: a lease ends with the database session of its holder, not only with its time (K5).
CREATE TABLE hub.outbox_holder (
  -- One a session: never given twice, so whoever was seen gone stays gone.
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node text COLLATE "C" NOT NULL,
  absent_since timestamptz
);
-- An older program writes `locked_until` alone: the lease is the holder's only where both times are the same.
ALTER TABLE hub.outbox ADD COLUMN held_by integer, ADD COLUMN held_until timestamptz;
