// Every kind of write as one batched SQL statement over a JSON record set; `lost` are the requests that lost a claim.
import type { WriteKind } from '../../../core/commit/index.ts';

/** How a write of one kind becomes SQL. */
export interface WriteStatement {
  /** Columns of the record set, beside `req int`. */
  readonly columns: string;
  /** The statement; it reads the record set `r`, already filtered to requests that won. */
  readonly sql: string;
  /** Members of the row that hold a document to seal, with the column that names what it belongs to. */
  readonly seal?: { readonly purpose: string; readonly id: string };
}

const at = (column: string) => `to_timestamp(r.${column} / 1000.0)`;

export const writeStatements: Readonly<Record<WriteKind, WriteStatement>> = {
  'journey.save': {
    columns: 'id text, version int, browser text, sealed text, "expiresAt" float8',
    sql: `INSERT INTO hub.journey (id, version, browser, sealed, expires_at)
          SELECT r.id, r.version, r.browser, decode(r.sealed, 'base64'), ${at('"expiresAt"')} FROM r
          ON CONFLICT (id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed`,
    seal: { purpose: 'journey', id: 'id' },
  },
  'journey.end': { columns: 'id text', sql: 'UPDATE hub.journey j SET ended = true FROM r WHERE j.id = r.id' },
  'handoff.save': {
    columns: 'hash text, journey text, sealed text, "expiresAt" float8',
    sql: `INSERT INTO hub.handoff (hash, journey, sealed, expires_at)
          SELECT r.hash, r.journey, decode(r.sealed, 'base64'), ${at('"expiresAt"')} FROM r`,
    seal: { purpose: 'handoff', id: 'hash' },
  },
  'session.save': {
    columns:
      'id text, "secretHash" text, person text, assignment text, sealed text, "startedAt" float8, "seenAt" float8, "idleUntil" float8, "absoluteUntil" float8',
    sql: `INSERT INTO hub.session (id, secret_hash, person, assignment, sealed, started_at, seen_at, idle_until, absolute_until)
          SELECT r.id, r."secretHash", r.person, r.assignment, decode(r.sealed, 'base64'), ${at('"startedAt"')}, ${at('"seenAt"')}, ${at('"idleUntil"')}, ${at('"absoluteUntil"')} FROM r
          ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, sealed = excluded.sealed, assignment = excluded.assignment,
            seen_at = excluded.seen_at, idle_until = excluded.idle_until, absolute_until = least(hub.session.absolute_until, excluded.absolute_until)
          WHERE hub.session.person = excluded.person AND hub.session.ended_at IS NULL`,
    seal: { purpose: 'session', id: 'id' },
  },
  'session.touch': {
    columns: 'id text, "seenAt" float8, "idleUntil" float8',
    sql: `UPDATE hub.session s SET seen_at = ${at('"seenAt"')}, idle_until = ${at('"idleUntil"')} FROM r WHERE s.id = r.id AND s.ended_at IS NULL`,
  },
  'session.end': {
    columns: 'id text, "endedAt" float8, "endedBy" text',
    sql: `UPDATE hub.session s SET ended_at = ${at('"endedAt"')}, ended_by = r."endedBy" FROM r WHERE s.id = r.id AND s.ended_at IS NULL`,
  },
  // A name that was told later is the one that the application and its logouts go by.
  'session.reach': {
    columns: 'session text, application text, issuer text, subject text, at float8',
    sql: `INSERT INTO hub.session_reach AS known (session, application, issuer, subject, at)
          SELECT r.session, r.application, r.issuer, r.subject, ${at('at')} FROM r
          ON CONFLICT (session, application) DO UPDATE SET subject = excluded.subject
          WHERE known.subject <> excluded.subject`,
  },
  'session.told': {
    columns: 'session text, application text, at float8',
    sql: `UPDATE hub.session_reach s SET told_at = ${at('at')} FROM r
          WHERE s.session = r.session AND s.application = r.application AND s.told_at IS NULL`,
  },
  'session.login': {
    columns: 'session text, mark text',
    sql: 'INSERT INTO hub.session_login (mark, session) SELECT r.mark, r.session FROM r ON CONFLICT DO NOTHING',
  },
  'login.ended': {
    columns: 'mark text, at float8, "takenAt" float8, "expiresAt" float8',
    sql: `INSERT INTO hub.login_end AS known (mark, at, taken_at, expires_at)
          SELECT r.mark, ${at('at')}, ${at('"takenAt"')}, ${at('"expiresAt"')} FROM r
          ON CONFLICT (mark) DO UPDATE SET at = greatest(known.at, excluded.at), taken_at = greatest(known.taken_at, excluded.taken_at),
            expires_at = greatest(known.expires_at, excluded.expires_at)`,
  },
  'pushed.save': {
    columns: 'hash text, doc jsonb, "expiresAt" float8',
    sql: `INSERT INTO hub.pushed_request (hash, doc, expires_at) SELECT r.hash, r.doc, ${at('"expiresAt"')} FROM r`,
  },
  'code.save': {
    columns: 'hash text, "grantId" text, doc jsonb, "expiresAt" float8',
    sql: `INSERT INTO hub.oauth_code (hash, grant_id, doc, expires_at) SELECT r.hash, r."grantId", r.doc, ${at('"expiresAt"')} FROM r`,
  },
  'grant.save': {
    columns: 'id text, client text, person text, session text, doc jsonb, "createdAt" float8, "expiresAt" float8',
    sql: `INSERT INTO hub.oauth_grant (id, client, person, session, doc, created_at, expires_at)
          SELECT r.id, r.client, r.person, r.session, r.doc, ${at('"createdAt"')}, ${at('"expiresAt"')} FROM r
          ON CONFLICT (id) DO NOTHING`,
  },
  'grant.revoke': {
    columns: 'id text, at float8, by text',
    sql: `UPDATE hub.oauth_grant g SET revoked_at = ${at('at')}, revoked_by = r.by FROM r WHERE g.id = r.id AND g.revoked_at IS NULL`,
  },
  'grant.revokeBySession': {
    columns: 'session text, at float8',
    sql: `UPDATE hub.oauth_grant g SET revoked_at = ${at('at')}, revoked_by = 'session' FROM r WHERE g.session = r.session AND g.revoked_at IS NULL`,
  },
  'grant.revokeAt': {
    columns: 'session text, application text, at float8',
    sql: `UPDATE hub.oauth_grant g SET revoked_at = ${at('at')}, revoked_by = 'session' FROM r
          WHERE g.session = r.session AND g.client = r.application AND g.revoked_at IS NULL`,
  },
  'refresh.save': {
    columns: 'hash text, "grantId" text, "issuedAt" float8, "expiresAt" float8',
    sql: `INSERT INTO hub.refresh_token (hash, grant_id, issued_at, expires_at)
          SELECT r.hash, r."grantId", ${at('"issuedAt"')}, ${at('"expiresAt"')} FROM r`,
  },
  'refresh.supersede': {
    columns: 'hash text, at float8',
    sql: `UPDATE hub.refresh_token t SET superseded_at = coalesce(t.superseded_at, ${at('at')}) FROM r WHERE t.hash = r.hash`,
  },
  'outbox.add': {
    columns: 'id text, kind text, key text, payload jsonb, "notBefore" float8, awaited boolean',
    sql: `INSERT INTO hub.outbox (id, kind, key, payload, not_before, awaited)
          SELECT r.id, r.kind, r.key, r.payload, ${at('"notBefore"')}, coalesce(r.awaited, false) FROM r ON CONFLICT (id) DO NOTHING`,
  },
  'outbox.hasten': {
    columns: 'key text, now float8',
    sql: `UPDATE hub.outbox o SET awaited = true, not_before = least(o.not_before, ${at('now')}) FROM r
          WHERE o.key = r.key AND o.done_at IS NULL AND o.dead_at IS NULL AND (NOT o.awaited OR o.not_before > ${at('now')})`,
  },
  'account.ask': {
    columns:
      'id text, target text, person text, journey text, rule text, application text, assignment text, reference text, card text, "grantedAt" float8, until float8',
    sql: `INSERT INTO hub.account_grant (id, target, person, journey, rule, application, assignment, reference, card, granted_at, until)
          SELECT r.id, r.target, r.person, r.journey, r.rule, r.application, r.assignment, r.reference, r.card, ${at('"grantedAt"')}, ${at('until')} FROM r
          ON CONFLICT (id) DO NOTHING`,
  },
  // What a login holds open no more is not opened: somebody may have closed it this very moment.
  'account.extend': {
    columns:
      'id text, target text, person text, journey text, rule text, application text, assignment text, reference text, card text, "grantedAt" float8, until float8',
    sql: `INSERT INTO hub.account_grant AS held (id, target, person, journey, rule, application, assignment, reference, card, granted_at, until)
          SELECT DISTINCT ON (r.id) r.id, r.target, r.person, r.journey, r.rule, r.application, r.assignment, r.reference, r.card, ${at('"grantedAt"')}, ${at('until')} FROM r
          WHERE EXISTS (SELECT FROM hub.account_grant h WHERE h.target = r.target AND h.person = r.person AND h.until > ${at('"grantedAt"')})
          ORDER BY r.id, r.until DESC
          ON CONFLICT (id) DO UPDATE SET granted_at = greatest(held.granted_at, excluded.granted_at), until = greatest(held.until, excluded.until),
            card = coalesce(excluded.card, held.card)`,
  },
  // A login with it has just shown that it is good.
  'account.card': {
    columns: 'target text, person text, fingerprint text, doc jsonb, at float8',
    sql: `INSERT INTO hub.account_card (target, person, fingerprint, doc, checked_at)
          SELECT DISTINCT ON (r.target, r.person, r.fingerprint) r.target, r.person, r.fingerprint, r.doc, ${at('at')} FROM r
          ORDER BY r.target, r.person, r.fingerprint, r.at DESC
          ON CONFLICT (target, person, fingerprint) DO UPDATE SET doc = excluded.doc, checked_at = excluded.checked_at, ended_at = NULL`,
  },
  // Rows of one key are added up here, for a statement changes a row once. The shard is the writer's own: two hubs that
  // count the same do not wait for one another.
  'login.count': {
    columns: 'month text, provider text, organisation text, application text, price text, logins int, avoided int',
    sql: `INSERT INTO hub.login_count AS known (month, provider, organisation, application, price, shard, logins, avoided)
          SELECT r.month, r.provider, r.organisation, r.application, r.price, pg_backend_pid() % 16, sum(r.logins), sum(r.avoided) FROM r
          GROUP BY r.month, r.provider, r.organisation, r.application, r.price ORDER BY 1, 2, 3, 4, 5
          ON CONFLICT (month, provider, organisation, application, price, shard)
          DO UPDATE SET logins = known.logins + excluded.logins, avoided = known.avoided + excluded.avoided`,
  },
  'identity.save': {
    columns: 'namespace text, lookup text',
    sql: 'INSERT INTO hub.identity (namespace, lookup) SELECT r.namespace, r.lookup FROM r ON CONFLICT DO NOTHING',
  },
  // No ON CONFLICT: an identity that an applied file took in this very moment fails the commit, and nothing is said of it.
  'link.save': {
    columns:
      'id text, namespace text, lookup text, person text, source text, since float8, provider text, issuer text, ceiling text, session text',
    sql: `INSERT INTO hub.link (id, namespace, lookup, person, source, since, provider, issuer, ceiling, session, tell)
          SELECT r.id, r.namespace, r.lookup, r.person, r.source, ${at('since')}, r.provider, r.issuer, r.ceiling, r.session, 'added' FROM r`,
  },
  'link.end': {
    columns: 'id text, until float8, "endedBy" text, session text',
    sql: `UPDATE hub.link l SET until = ${at('until')}, ended_by = r."endedBy", session = r.session, tell = 'removed' FROM r WHERE l.id = r.id AND l.until IS NULL`,
  },
  'link.told': {
    columns: 'id text, what text',
    sql: 'UPDATE hub.link l SET tell = NULL FROM r WHERE l.id = r.id AND l.tell = r.what',
  },
  'device.save': {
    columns: 'id text, "secretHash" text, kind text, name text, "setBy" text, "setAt" float8, closed boolean',
    sql: `INSERT INTO hub.device (id, secret_hash, kind, name, set_by, set_at, closed)
          SELECT r.id, r."secretHash", r.kind, r.name, r."setBy", ${at('"setAt"')}, coalesce(r.closed, false) FROM r
          ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, set_by = excluded.set_by, set_at = excluded.set_at, closed = excluded.closed`,
  },
  'waiting.save': {
    columns:
      'hash text, "userHash" text, person text, "askedHash" text, doc jsonb, "from" text, "createdAt" float8, "expiresAt" float8, seconds int',
    sql: `INSERT INTO hub.device_request (hash, user_hash, person, asked_hash, doc, asked_from, created_at, expires_at, interval_seconds)
          SELECT r.hash, r."userHash", r.person, r."askedHash", r.doc, r."from", ${at('"createdAt"')}, ${at('"expiresAt"')}, r.seconds FROM r`,
  },
  'waiting.deny': {
    columns: 'hash text, at float8',
    sql: `UPDATE hub.device_request d SET denied_at = ${at('at')} FROM r WHERE d.hash = r.hash AND d.denied_at IS NULL`,
  },
  'keptAnswer.save': {
    columns: 'hash text, sealed text, "expiresAt" float8',
    sql: `INSERT INTO hub.kept_answer (hash, sealed, expires_at)
          SELECT r.hash, decode(r.sealed, 'base64'), ${at('"expiresAt"')} FROM r`,
    seal: { purpose: 'kept answer', id: 'hash' },
  },
  'keptAnswer.drop': {
    columns: 'hash text',
    sql: 'DELETE FROM hub.kept_answer k WHERE k.hash IN (SELECT r.hash FROM r)',
  },
  'clientDraft.save': {
    columns:
      'id text, system text, organisation text, thumbprint text, asks jsonb, "createdAt" float8, "expiresAt" float8',
    sql: `INSERT INTO hub.client_draft (id, system, organisation, thumbprint, asks, created_at, expires_at)
          SELECT r.id, r.system, r.organisation, r.thumbprint, r.asks, ${at('"createdAt"')}, ${at('"expiresAt"')} FROM r`,
  },
  'clientKey.save': {
    columns: 'client text, thumbprint text, jwk jsonb, "createdAt" float8, "expiresAt" float8, "removedAt" float8',
    sql: `INSERT INTO hub.client_key (client, thumbprint, jwk, created_at, expires_at, removed_at)
          SELECT r.client, r.thumbprint, r.jwk, ${at('"createdAt"')}, ${at('"expiresAt"')}, ${at('"removedAt"')} FROM r
          ON CONFLICT (client, thumbprint) DO UPDATE SET removed_at = coalesce(hub.client_key.removed_at, excluded.removed_at)`,
  },
};
