-- oldest-program: 0.1.0
-- The assignment that was chosen in a session: the session ends with it (K8).
ALTER TABLE hub.session ADD COLUMN assignment text COLLATE "C";
CREATE INDEX session_assignment ON hub.session (assignment) WHERE ended_at IS NULL AND assignment IS NOT NULL;
