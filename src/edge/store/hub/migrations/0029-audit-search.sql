-- oldest-program: 0.1.0
-- Search of the trail (V7): one narrow row an event, in a table a month, written after the seal by `audit-index.ts` and
-- never on the way of a login. It can be made anew from the events at any time; what is shown comes from the events.

-- What an event's text says beside its columns; NULL for what cannot be read, so that one text never stops the rest.
CREATE FUNCTION hub.audit_body(given text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  -- PostgreSQL's jsonb holds no U+0000.
  RETURN replace(given, '\u0000', '\ufffd')::jsonb -> 'body';
EXCEPTION WHEN others THEN
  RETURN NULL;
END $$;
CREATE FUNCTION hub.audit_words(body jsonb) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN coalesce(jsonb_to_tsvector('simple', body, '["string"]'), '');
EXCEPTION WHEN others THEN
  RETURN '';
END $$;

-- Whose an event is: the organisation that it names, else the only one that its person works at then; else nobody's
-- but the whole hub's (attack A7: a second employer sees nothing).
CREATE VIEW hub.audit_findable AS
SELECT e.id, e.leaf_index, e.at, e.kind, e.outcome,
  left(e.person, 300) AS person, left(e.organisation, 300) AS organisation,
  left(coalesce(e.organisation, (
    SELECT CASE WHEN count(DISTINCT a.organisation) = 1 THEN min(a.organisation) END FROM hub.assignment a WHERE a.person = e.person
  )), 300) AS owner,
  left(e.application, 300) AS application, left(e.session, 300) AS session, left(e.journey, 300) AS journey,
  left(e.reference, 300) AS reference, left(e.reason, 300) AS reason,
  left(coalesce(b.body ->> 'jti', b.body ->> 'ticket'), 300) COLLATE "C" AS ticket,
  left(b.body ->> 'provider', 300) COLLATE "C" AS provider, left(b.body ->> 'card', 300) COLLATE "C" AS card,
  left(b.body ->> 'about', 300) COLLATE "C" AS about,
  hub.audit_words(b.body) AS words
FROM hub.audit_event e CROSS JOIN LATERAL (SELECT hub.audit_body(e.text) AS body OFFSET 0) b
WHERE e.text IS NOT NULL;

-- Without a default partition, so that the newest month is read first and often alone.
CREATE TABLE hub.audit_find (
  at timestamptz NOT NULL,
  id bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  person text COLLATE "C",
  organisation text COLLATE "C",
  owner text COLLATE "C",
  application text COLLATE "C",
  session text COLLATE "C",
  journey text COLLATE "C",
  reference text COLLATE "C",
  reason text COLLATE "C",
  ticket text COLLATE "C",
  provider text COLLATE "C",
  card text COLLATE "C",
  about text COLLATE "C",
  words tsvector NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
-- Every field of the query language has one. Those with few events a value need no order.
CREATE INDEX audit_find_kind ON hub.audit_find (kind, at, id);
CREATE INDEX audit_find_outcome ON hub.audit_find (outcome, at, id) WHERE outcome <> 'ok';
CREATE INDEX audit_find_person ON hub.audit_find (person, at, id) WHERE person IS NOT NULL;
CREATE INDEX audit_find_organisation ON hub.audit_find (organisation, at, id) WHERE organisation IS NOT NULL;
CREATE INDEX audit_find_owner ON hub.audit_find (owner, at, id) WHERE owner IS NOT NULL;
CREATE INDEX audit_find_application ON hub.audit_find (application, at, id) WHERE application IS NOT NULL;
CREATE INDEX audit_find_reason ON hub.audit_find (reason, at, id) WHERE reason IS NOT NULL;
CREATE INDEX audit_find_provider ON hub.audit_find (provider, at, id) WHERE provider IS NOT NULL;
CREATE INDEX audit_find_about ON hub.audit_find (about, at, id) WHERE about IS NOT NULL;
CREATE INDEX audit_find_session ON hub.audit_find (session) WHERE session IS NOT NULL;
CREATE INDEX audit_find_journey ON hub.audit_find (journey) WHERE journey IS NOT NULL;
CREATE INDEX audit_find_reference ON hub.audit_find (reference) WHERE reference IS NOT NULL;
CREATE INDEX audit_find_ticket ON hub.audit_find (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX audit_find_card ON hub.audit_find (card) WHERE card IS NOT NULL;
CREATE INDEX audit_find_words ON hub.audit_find USING gin (words);

-- Ids of events that applications reported, as hashes: the same one is kept once.
CREATE TABLE hub.usage_reported (
  application text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (application, event)
);
CREATE INDEX usage_reported_at ON hub.usage_reported USING brin (at);

-- Questions that somebody keeps for themselves.
CREATE TABLE hub.audit_saved (
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  query text NOT NULL CHECK (length(query) <= 2000),
  at timestamptz NOT NULL,
  PRIMARY KEY (person, name)
);
