-- oldest-program: 0.1.0
-- Requests of programs without a browser (RFC 8628), until they are old. Both codes are stored as hashes alone.
CREATE TABLE hub.device_request (
  hash text COLLATE "C" PRIMARY KEY,
  user_hash text COLLATE "C" NOT NULL,
  doc jsonb NOT NULL,
  asked_from text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  denied_at timestamptz,
  polled_at timestamptz,
  interval_seconds int NOT NULL
);
CREATE INDEX device_request_user ON hub.device_request (user_hash);
CREATE INDEX device_request_expires ON hub.device_request (expires_at);
