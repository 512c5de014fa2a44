-- oldest-program: 0.1.0
-- What a provider may call a login that a session rests on, and the ends of logins that providers told us of. A mark is a
-- keyed hash: nothing here tells who logs in where. Sessions of older programs have no marks and are not found by one.
CREATE TABLE hub.session_login (
  mark text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL REFERENCES hub.session (id) ON DELETE CASCADE,
  PRIMARY KEY (mark, session)
);
CREATE INDEX session_login_session ON hub.session_login (session);
-- Kept for as long as a login may be under way: one that the provider ended meanwhile begins no session.
CREATE TABLE hub.login_end (
  mark text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX login_end_expires ON hub.login_end (expires_at);
