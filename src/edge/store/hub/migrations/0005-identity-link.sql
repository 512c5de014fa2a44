-- oldest-program: 0.1.0
-- Links that people make themselves: where they were proven, what they count for at most, and what the person is still to
-- be told. Only this program and newer ones make such links.
ALTER TABLE hub.link
  ADD COLUMN provider text COLLATE "C",
  ADD COLUMN issuer text COLLATE "C",
  ADD COLUMN ceiling text COLLATE "C",
  ADD COLUMN session text COLLATE "C",
  ADD COLUMN ended_by text COLLATE "C",
  ADD COLUMN tell text COLLATE "C" CHECK (tell IN ('added', 'removed'));
CREATE INDEX link_identity ON hub.link (namespace, lookup, since);
CREATE INDEX link_tell ON hub.link (person) WHERE tell IS NOT NULL;
