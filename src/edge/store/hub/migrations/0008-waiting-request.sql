-- oldest-program: 0.1.0
-- Requests through the back channel (CIBA) wait where those of devices do: for one person, counted by who was asked by whom.
ALTER TABLE hub.device_request
  ALTER COLUMN user_hash DROP NOT NULL,
  ADD COLUMN person text COLLATE "C",
  ADD COLUMN asked_hash text COLLATE "C";
CREATE INDEX device_request_person ON hub.device_request (person) WHERE person IS NOT NULL;
CREATE INDEX device_request_asked ON hub.device_request (asked_hash) WHERE asked_hash IS NOT NULL;
