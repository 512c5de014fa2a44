-- oldest-program: 0.1.0
-- Work that somebody waits for at a login goes before all other work (K5).
ALTER TABLE hub.outbox ADD COLUMN awaited boolean NOT NULL DEFAULT false;
DROP INDEX hub.outbox_due;
CREATE INDEX outbox_due ON hub.outbox (awaited DESC, not_before, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_key ON hub.outbox (key, id) WHERE done_at IS NULL AND dead_at IS NULL;
