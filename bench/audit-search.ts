// `node bench/audit-search.ts [--events N] [--repeat N] [--plans]`: questions to a trail of many events, each beside plain SQL written by hand on the same rows.
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readQuery } from '../src/core/audit/query/index.ts';
import type { AuditScope } from '../src/edge/store/hub/audit-condition.ts';
import { findColumns, searchFeed } from '../src/edge/store/hub/audit-index.ts';
import { askTrail, nextLeafOf, searchStatement, type TrailQuestion } from '../src/edge/store/hub/audit-query.ts';
import { migrate } from '../src/edge/store/hub/migrate.ts';
import { startEmbedded } from '../test/support/index.ts';
import { quantile } from './load.ts';
import { machine } from './report.ts';

const { values: words } = parseArgs({
  options: {
    events: { type: 'string', default: '2000000' },
    repeat: { type: 'string', default: '40' },
    plans: { type: 'boolean', default: false },
  },
});
const [count, repeat] = [Number(words.events), Number(words.repeat)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const months = 24;
const begin = Date.UTC(2024, 10, 1);
const monthAt = (n: number): string => new Date(Date.UTC(2024, 10 + n, 1)).toISOString();
const end = Date.parse(monthAt(months));
const people = 100_000;
const organisations = 1000;
const patients = 500_000;

/**
 * Logins of five events each: person n works at organisation n mod 1000, the few first applications have most of the
 * logins, and one in fifty is refused. `l` is the login, `e` the event in it.
 */
const eventSql = `
  INSERT INTO hub.audit_event (at, kind, class, outcome, person, organisation, application, session, journey, reference, reason, text, salt, leaf_index)
  SELECT at, kind, split_part(kind, '.', 1), outcome, person, organisation, application, session, journey, reference, reason,
    jsonb_build_object('v', 1, 'kind', kind, 'at', at, 'outcome', outcome, 'person', person, 'organisation', organisation,
      'application', application, 'session', session, 'journey', journey, 'reference', reference, 'body', body)::text,
    '\\x00000000000000000000000000000000', leaf
  FROM (SELECT leaf, at, CASE e WHEN 0 THEN 'journey.started' WHEN 1 THEN 'journey.proved'
      WHEN 2 THEN CASE WHEN bad THEN 'journey.refused' ELSE 'journey.finished' END
      WHEN 3 THEN CASE WHEN bad THEN 'ticket.refused' ELSE 'ticket.issued' END
      ELSE CASE WHEN bad THEN 'journey.cancelled' ELSE 'usage.reported' END END AS kind,
    CASE WHEN bad AND e BETWEEN 2 AND 3 THEN 'refused' ELSE 'ok' END AS outcome,
    CASE WHEN e > 0 THEN 'p' || p END AS person, CASE WHEN e > 1 THEN 'o' || p % ${organisations} END AS organisation,
    'app' || a AS application, CASE WHEN e > 1 THEN 's' || l END AS session, 'j' || l AS journey, 'R' || l AS reference,
    CASE WHEN bad AND e = 2 THEN (ARRAY['card.expired', 'password.wrong', 'policy.assuranceTooLow'])[1 + l % 3] END AS reason,
    CASE e WHEN 1 THEN jsonb_build_object('provider', 'provider' || v, 'assurance', 'high', 'card', 'C' || p)
      WHEN 2 THEN jsonb_build_object('provider', 'provider' || v, 'why', 'round ' || l % 977)
      WHEN 3 THEN jsonb_build_object('jti', 't' || l, 'audience', 'https://api' || a || '.example', 'digest', md5(l::text))
      WHEN 4 THEN jsonb_build_object('ticket', 't' || l, 'about', 'h' || patient, 'action', 'read', 'what', 'journal note ' || l % 100000)
      ELSE '{}' END AS body
    FROM (SELECT n AS leaf, n / 5 AS l, n % 5 AS e, to_timestamp(${begin / 1000} + n * ${(end - begin) / 1000}::float8 / $3::bigint) AS at,
        (n / 5 * 7919) % ${people} AS p, least(floor(10 * power(((n / 5 * 104729) % 10007) / 10007.0, 2.5)), 9)::int AS a,
        ((n / 5 * 31) % 97) % 4 AS v, (n / 5 * 15485863) % ${patients} AS patient, (n / 5) % 50 = 17 AS bad
      FROM generate_series($1::bigint, $2::bigint - 1) AS n) AS made) AS events`;

async function generate(pool: pg.Pool): Promise<void> {
  await pool.query(
    `INSERT INTO hub.organisation (id, name) SELECT 'o' || n, 'Organisation ' || n FROM generate_series(0, ${organisations - 1}) n`,
  );
  await pool.query(
    `INSERT INTO hub.person (id, given_name, family_name) SELECT 'p' || n, 'G', 'F' FROM generate_series(0, ${people - 1}) n`,
  );
  await pool.query(
    `INSERT INTO hub.assignment (id, person, organisation, role)
     SELECT 'a' || n, 'p' || n, 'o' || n % ${organisations}, 'nurse' FROM generate_series(0, ${people - 1}) n`,
  );
  await pool.query('ANALYZE hub.assignment');
  const begun = performance.now();
  const step = 250_000;
  // Rows first, indexes then.
  const { rows: indexes } = await pool.query<{ name: string; made: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
     WHERE indrelid = 'hub.audit_event'::regclass AND NOT indisprimary`,
  );
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
  for (let from = 0; from < count; from += step) {
    await pool.query(eventSql, [from, Math.min(count, from + step), count]);
  }
  for (const { made } of indexes) await pool.query(made);
  await pool.query('ANALYZE hub.audit_event');
  say(`${count} events made: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const taken = performance.now();
  const columns = findColumns.join(', ');
  // A month's rows first and its indexes then; otherwise as the hub does it.
  for (let n = 0; n < months; n++) {
    const [from, to] = [monthAt(n), monthAt(n + 1)];
    const name = `hub.audit_find_${from.slice(0, 7).replace('-', '_')}`;
    const leaf = (at: string): number => Math.floor(((Date.parse(at) - begin) / (end - begin)) * count);
    await pool.query(`CREATE TABLE ${name} (LIKE hub.audit_find INCLUDING DEFAULTS)`);
    await pool.query(`ALTER TABLE ${name} ALTER COLUMN words SET STATISTICS 1000`);
    await pool.query(
      `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM hub.audit_findable
       WHERE leaf_index BETWEEN ${leaf(from) - 2} AND ${leaf(to) + 2} AND at >= '${from}' AND at < '${to}'`,
    );
    await pool.query(`ALTER TABLE hub.audit_find ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
    await pool.query(`ANALYZE ${name}`);
  }
  await pool.query('INSERT INTO hub.audit_feed (name, next_leaf) VALUES ($1, $2)', [searchFeed, count]);
  const { rows } = await pool.query(
    `SELECT (SELECT count(*) FROM hub.audit_find)::int AS rows, pg_size_pretty(pg_total_relation_size('hub.audit_event')) AS events,
       pg_size_pretty((SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'hub.audit_find'::regclass)) AS search`,
  );
  if (rows[0].rows !== count) throw new Error(`${rows[0].rows} rows in the search`);
  say(
    `taken into the search in ${months} months: ${((performance.now() - taken) / 1000).toFixed(0)} s; events ${rows[0].events}, search ${rows[0].search}`,
  );
  await pool.query('VACUUM (ANALYZE) hub.audit_event');
  await pool.query('VACUUM hub.audit_find');
}

let seed = 7;
/** The same questions in every run. */
const pick = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const login = (): number => pick(Math.floor(count / 5));
const window = (days: number): { from: string; to: string } => {
  const at = begin + pick(Math.floor((end - begin) / 86_400_000) - days) * 86_400_000;
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return { from: day(at), to: day(at + days * 86_400_000) };
};

interface Asked {
  readonly query: string;
  readonly scope?: AuditScope;
  /** Conditions of plain SQL on the same rows, with its values. */
  readonly plain: string;
  readonly values: readonly unknown[];
}
const questions: Readonly<Record<string, () => Asked>> = {
  'one person, newest': () => {
    const id = `p${pick(people)}`;
    return { query: `person:${id}`, plain: 'person = $1', values: [id] };
  },
  'who used an application about a patient': () => {
    const [patient, app] = [`h${(login() * 15_485_863) % patients}`, `app${pick(3)}`];
    return {
      query: `application:${app} about:${patient}`,
      plain: 'about = $1 AND application = $2',
      values: [patient, app],
    };
  },
  'person, application, 30 days': () => {
    const [id, { from, to }] = [`p${pick(people)}`, window(30)];
    return {
      query: `person:${id} application:app0 from:${from} to:${to}`,
      plain: `person = $1 AND application = 'app0' AND at >= $2 AND at < $3`,
      values: [id, from, to],
    };
  },
  'one ticket': () => {
    const id = `t${login()}`;
    return { query: `ticket:${id}`, plain: 'ticket = $1', values: [id] };
  },
  'one reference': () => {
    const id = `R${login()}`;
    return { query: `reference:${id}`, plain: 'reference = $1', values: [id] };
  },
  'application, newest': () => {
    const id = `app${pick(10)}`;
    return { query: `application:${id}`, plain: 'application = $1', values: [id] };
  },
  'refused at an application, one day': () => {
    const [id, { from, to }] = [`app${pick(10)}`, window(1)];
    return {
      query: `application:${id} outcome:refused from:${from} to:${to}`,
      plain: `outcome = 'refused' AND application = $1 AND at >= $2 AND at < $3`,
      values: [id, from, to],
    };
  },
  'a reason, with a provider': () => ({
    query: `reason:card.expired provider:provider${pick(4)}`,
    plain: `reason = 'card.expired' AND provider = $1`,
    values: [`provider${pick(4)}`],
  }),
  'an organisation’s own people, newest': () => {
    const id = `o${pick(organisations)}`;
    return { query: '', scope: [id], plain: 'owner = $1', values: [id] };
  },
  'an organisation’s refusals': () => {
    const id = `o${pick(organisations)}`;
    return { query: 'outcome:refused', scope: [id], plain: `owner = $1 AND outcome = 'refused'`, values: [id] };
  },
  'twenty organisations, one of their people': () => {
    const first = pick(organisations - 20);
    const ids = Array.from({ length: 20 }, (_, n) => `o${first + n}`);
    const person = `p${first + pick(20) + organisations * pick(100)}`;
    return { query: `person:${person}`, scope: ids, plain: 'person = $1 AND owner = ANY ($2)', values: [person, ids] };
  },
  'two people or a card, tickets alone': () => {
    const [a, b, c] = [`p${pick(people)}`, `p${pick(people)}`, `C${pick(people)}`];
    return {
      query: `(person:${a} OR person:${b} OR card:${c}) kind:ticket.*`,
      plain: `(person IN ($1, $2) OR card = $3) AND kind LIKE 'ticket.%'`,
      values: [a, b, c],
    };
  },
  'not by a provider, one day': () => {
    const { from, to } = window(1);
    return {
      query: `kind:journey.* -provider:provider1 from:${from} to:${to}`,
      plain: `kind LIKE 'journey.%' AND provider IS DISTINCT FROM 'provider1' AND at >= $1 AND at < $2`,
      values: [from, to],
    };
  },
  'a common word': () => ({
    query: 'journal',
    plain: `words @@ to_tsquery('simple', 'journal')`,
    values: [],
  }),
  'a rare phrase': () => {
    const n = pick(100_000);
    return { query: `"note ${n}"`, plain: `words @@ phraseto_tsquery('simple', $1)`, values: [`note ${n}`] };
  },
  'a rare phrase of one person': () => {
    const n = login();
    const [id, phrase] = [`p${(n * 7919) % people}`, `note ${n % 100_000}`];
    return {
      query: `person:${id} "${phrase}"`,
      plain: `person = $1 AND words @@ phraseto_tsquery('simple', $2)`,
      values: [id, phrase],
    };
  },
  'a word that is nowhere': () => ({
    query: `nowhere${pick(1000)}`,
    plain: `words @@ phraseto_tsquery('simple', $1)`,
    values: [`nowhere${pick(1000)}`],
  }),
  'two frequent things that never meet': () => ({
    query: 'kind:journey.started outcome:refused',
    plain: `kind = 'journey.started' AND outcome = 'refused'`,
    values: [],
  }),
};

const database = await startEmbedded();
const pool = new pg.Pool({ ...database.connection, max: 2 });
pool.on('error', () => undefined);
try {
  await migrate(pool, { program: '0.1.0' });
  const maker = new pg.Pool({
    ...database.connection,
    max: 1,
    options: '-c maintenance_work_mem=512MB -c synchronous_commit=off',
  });
  await generate(maker).finally(() => maker.end());
  say(machine(`embedded PostgreSQL 18, fsync on, ${count} events`));
  say('| question | p50 ms | p95 ms | plain SQL p50 | p95 | ratio of p50 | found |');
  say('|---|---|---|---|---|---|---|');
  for (const [name, make] of Object.entries(questions)) {
    const [ours, plain]: [number[], number[]] = [[], []];
    let found = 0;
    for (let n = 0; n < repeat; n++) {
      const { query, scope = 'all', plain: where, values } = make();
      const read = readQuery(query);
      if (!read.ok) throw new Error(`${query}: ${JSON.stringify(read.faults)}`);
      const asked: TrailQuestion = {
        query: read.query,
        scope,
        subjectOf: (value) => value,
        reader: { user: 'bench' },
        action: 'bench',
        now: end,
        limit: 50,
      };
      if (words.plans && n === 0) {
        const { text, values: given } = searchStatement(asked, await nextLeafOf(pool));
        const { rows } = await pool.query(
          `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${text}`,
          given as unknown[],
        );
        say(
          `${query}\n${rows
            .map((row) => `    ${row['QUERY PLAN']}`)
            .filter((line) => !line.includes('never executed'))
            .slice(0, 60)
            .join('\n')}`,
        );
      }
      const first = performance.now();
      const answer = await askTrail(pool, asked);
      ours.push(performance.now() - first);
      found += answer.kind === 'found' ? answer.events.length : Number.NaN;
      const second = performance.now();
      await pool.query(
        `SELECT f.id, f.at, e.text FROM (SELECT at, id FROM hub.audit_find WHERE ${where} ORDER BY at DESC, id DESC LIMIT 51) f
         JOIN hub.audit_event e ON e.id = f.id ORDER BY f.at DESC, f.id DESC`,
        values as unknown[],
      );
      plain.push(performance.now() - second);
    }
    const at = (times: readonly number[], share: number): string => quantile(times, share).toFixed(1);
    const ratio = quantile(ours, 0.5) / quantile(plain, 0.5);
    say(
      `| ${name} | ${at(ours, 0.5)} | ${at(ours, 0.95)} | ${at(plain, 0.5)} | ${at(plain, 0.95)} | ${ratio.toFixed(1)} | ${(found / repeat).toFixed(1)} |`,
    );
  }
} finally {
  await pool.end();
  await database.stop();
}
