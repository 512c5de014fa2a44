-- oldest-program: 0.1.0
-- Passwords that an administrator hands out: used once, and only until an instant.
ALTER TABLE hub.password
  ADD COLUMN one_time boolean NOT NULL DEFAULT false,
  ADD COLUMN expires_at timestamptz;
CREATE INDEX password_person ON hub.password (person);
-- Usernames that were typed may be passwords in the wrong field: only a hash of them is kept.
COMMENT ON COLUMN hub.login_throttle.key IS 'scope account: hash of the username; scope address: IP address or network';
CREATE INDEX login_throttle_last ON hub.login_throttle (last_at);
