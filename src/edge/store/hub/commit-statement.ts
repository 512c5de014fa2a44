// The one statement of a batch: takes the claims in sorted order, does the winners' writes, records each request's event.
import type { Commit, WriteKind } from '../../../core/commit/index.ts';
import { writeStatements } from './write-statements.ts';

/** A statement with its parameters; `name` is the same for the same set of write kinds (prepared once a connection). */
export interface BatchStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly string[];
}

/** Text of an event (JSON) and the fields that are columns, as the caller makes them. */
export type EventRow = Readonly<Record<string, unknown>> & { readonly text: string };
export type ToEventRow = (event: Commit['ifWon'][number]) => EventRow;
/** Seals a document: bytes that only a holder of the keys reads, bound to purpose and id. Base64. */
export type SealDocument = (purpose: string, id: string, doc: unknown) => string;

const eventColumns =
  'req int, n int, at float8, kind text, class text, outcome text, person text, organisation text, application text, session text, journey text, reference text, reason text';
const eventInsert =
  'at, kind, class, outcome, person, organisation, application, session, journey, reference, reason, text, salt';

/**
 * Stands between the texts of events, which are JSON and so hold no control character: in one string they need no
 * escaping here and no second JSON parse in the database.
 */
const betweenTexts = '\u001f';

/**
 * Builds the statement of a batch. `by` names the request in the claim table, so that a retry knows its own. Events
 * are those of the winners; what is recorded of a lost claim is the committer's next batch.
 */
export function batchStatement(
  batchId: string,
  requests: readonly { commit: Commit; by: string }[],
  toEventRow: ToEventRow,
  seal: SealDocument,
): BatchStatement {
  const claims: unknown[] = [];
  const events: unknown[] = [];
  const texts: string[] = [];
  const rows = new Map<WriteKind, unknown[]>();
  requests.forEach(({ commit, by }, req) => {
    for (const claim of commit.claims) claims.push({ req, scope: claim.scope, key: claim.key, until: claim.until, by });
    for (const event of commit.ifWon) {
      const { text, ...columns } = toEventRow(event);
      if (text.includes(betweenTexts)) throw new Error('the text of an event is not JSON');
      events.push({ req, n: texts.push(text), ...columns });
    }
    for (const write of commit.writes) {
      const list = rows.get(write.kind) ?? [];
      if (list.length === 0) rows.set(write.kind, list);
      list.push({ req, ...sealedRow(write.kind, write.row, seal) });
    }
  });
  const kinds = [...rows.keys()].sort();
  return {
    ...namedText(kinds),
    values: [
      batchId,
      JSON.stringify(claims),
      JSON.stringify(events),
      texts.join(betweenTexts),
      ...kinds.map((kind) => JSON.stringify(rows.get(kind))),
    ],
  };
}

function sealedRow(
  kind: WriteKind,
  row: Readonly<Record<string, unknown>>,
  seal: SealDocument,
): Readonly<Record<string, unknown>> {
  const sealing = writeStatements[kind].seal;
  if (!sealing) return row;
  const { doc, ...rest } = row;
  return { ...rest, sealed: seal(sealing.purpose, String(row[sealing.id]), doc) };
}

const texts = new Map<string, Pick<BatchStatement, 'name' | 'text'>>();

/** The statement for a set of kinds. Names are numbers: PostgreSQL cuts names at 63 bytes, and two cut ones may be one. */
function namedText(kinds: readonly WriteKind[]): Pick<BatchStatement, 'name' | 'text'> {
  const key = kinds.join(',');
  const known = texts.get(key);
  if (known) return known;
  const writes = kinds.map((kind, index) => {
    const { columns, sql } = writeStatements[kind];
    return `, r${index} AS NOT MATERIALIZED (SELECT * FROM json_to_recordset($${index + 5}::json) AS r(req int, ${columns}) WHERE r.req NOT IN (SELECT req FROM lost))
      , w${index} AS (${sql.replace(/\bFROM r\b/g, `FROM r${index} r`)} RETURNING 1)`;
  });
  const text = `
    WITH batch AS (INSERT INTO hub.commit_batch (id) VALUES ($1) RETURNING 1)
    , c AS (SELECT req, scope, key, to_timestamp(until / 1000.0) AS until, by
        FROM json_to_recordset($2::json) AS c(req int, scope text, key text, until float8, by text))
    , took AS (INSERT INTO hub.claim (scope, key, until, by)
        SELECT DISTINCT ON (scope COLLATE "C", key COLLATE "C", until) scope, key, until, by FROM c ORDER BY scope COLLATE "C", key COLLATE "C", until, req
        ON CONFLICT DO NOTHING RETURNING scope, key, until, by)
    , lost AS (SELECT c.req, c.scope, c.key, c.until FROM c LEFT JOIN took t ON t.scope = c.scope AND t.key = c.key AND t.until = c.until AND t.by = c.by
        WHERE t.by IS NULL)
    ${writes.join('\n    ')}
    , e AS (INSERT INTO hub.audit_event (${eventInsert})
        SELECT to_timestamp(e.at / 1000.0), e.kind, e.class, e.outcome, e.person, e.organisation, e.application, e.session, e.journey, e.reference, e.reason, t.text, uuid_send(gen_random_uuid())
        FROM json_to_recordset($3::json) AS e(${eventColumns}) JOIN unnest(string_to_array($4, chr(31))) WITH ORDINALITY AS t(text, n) USING (n)
        WHERE e.req NOT IN (SELECT req FROM lost) RETURNING 1)
    SELECT req, scope, key, extract(epoch FROM until) * 1000 AS until FROM lost`;
  const named = { name: `commit ${texts.size}`, text };
  texts.set(key, named);
  return named;
}
