// `node bench/accounts.ts [PEOPLE]`: everybody's accounts against what rules want, by the planner alone and as the hub's whole daily look.
import pg from 'pg';
import { checkTarget } from '../src/apps/hub/accounts/check-target.ts';
import { dayMs } from '../src/base/clock.ts';
import type { AccountRule, AccountTarget, CatalogueSnapshot } from '../src/core/catalogue/index.ts';
import { type ActualAccount, type DesiredAccount, reconcile } from '../src/core/provisioning/index.ts';
import { syncChecks } from '../src/edge/store/hub/account-checks.ts';
import { builtInRows } from '../src/edge/store/hub/builtin-accounts.ts';
import { migrate } from '../src/edge/store/hub/migrate.ts';
import { builtInTarget } from '../src/edge/targets/built-in/index.ts';
import { startDatabase } from './database.ts';
import { machine } from './report.ts';

const count = Number(process.argv[2] ?? 100_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
const keyOf = (n: number): string => `SE${String(n).padStart(8, '0')}`;
const until = Date.now() + dayMs;

/** Runs it, and says how long it took, of which how much of a processor, and how far the memory grew. */
async function measured(what: string, people: number, work: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const found = await work();
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampling);
  most = Math.max(most, process.memoryUsage().rss);
  const seconds = (performance.now() - begun) / 1000;
  say(
    `${what}, ${people} people: ${seconds.toFixed(1)} s, ${((user + system) / people).toFixed(1)} µs of a processor each, ` +
      `grew by ${megabytes(most - before)} to ${megabytes(most)}; ${JSON.stringify(found)}`,
  );
}

async function planner(people: number): Promise<Record<string, number>> {
  async function* wanted(): AsyncGenerator<DesiredAccount> {
    for (let n = 0; n < people; n += 1) {
      const key = keyOf(n);
      yield {
        ...{ target: 'ad', person: key, key, mark: `tillit:${key}`, loginNames: [key], principalSuffix: 'x.example' },
        ...{
          container: 'OU=A',
          attributes: { company: ['Town'] },
          groups: ['CN=Care'],
          until,
          deleteFrom: until + dayMs,
        },
        rules: ['care'],
      };
    }
  }
  async function* there(): AsyncGenerator<ActualAccount> {
    for (let n = 0; n < people; n += 1) {
      const key = keyOf(n);
      yield {
        ...{ id: key, address: key, key, mark: `tillit:${key}`, loginName: key, principal: key, container: 'OU=A' },
        ...{ enabled: true, hasPassword: true, expiresAt: until, attributes: { company: ['Town'] } },
        groups: n % 1000 === 0 ? [] : ['CN=Care'],
      };
    }
  }
  const counts: Record<string, number> = {};
  for await (const { what } of reconcile(wanted(), there(), ['CN=Care'], Date.now()))
    counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}

await planner(5_000);
await measured('planner alone', count / 10, () => planner(count / 10));
await measured('planner alone', count, () => planner(count));

const database = await startDatabase();
const pool = new pg.Pool({ ...database.connection, max: 12 });
try {
  await migrate(pool, { program: '0.1.0' });
  say(machine(database.name));
  const target: AccountTarget = {
    ...{ id: 'ad', name: { en: 'AD' }, kind: 'builtIn', loginName: '{id}', principalSuffix: 'x.example' },
    ...{
      keyAttribute: 'employeeID',
      markAttribute: 'adminDescription',
      identifier: 'person',
      deleteAfterDays: 90,
      closed: false,
    },
  };
  const rule: AccountRule = {
    ...{ id: 'care', name: { en: 'Care' }, target: 'ad', applications: ['ehr'], organisations: ['town'], roles: [] },
    ...{ container: 'OU=A', attributes: [{ name: 'company', value: '{organisation}' }], groups: ['CN=Care'] },
    ...{ lifetimeSeconds: 86_400, closed: false },
  };
  await pool.query(`INSERT INTO hub.organisation (id, name, closed) VALUES ('town', 'Town', false)`);
  await syncChecks(pool, [target], Date.now());
  let made = 0;
  const fill = async (to: number): Promise<void> => {
    const range = `generate_series(${made}, ${to - 1}) AS n, LATERAL (SELECT 'SE' || lpad(n::text, 8, '0') AS id) k`;
    await pool.query(`INSERT INTO hub.person (id, given_name, family_name) SELECT id, 'Anna', 'Ek' FROM ${range}`);
    await pool.query(
      `INSERT INTO hub.assignment (id, person, organisation, role) SELECT id, id, 'town', 'nurse' FROM ${range}`,
    );
    await pool.query(
      `INSERT INTO hub.account_grant (id, target, person, journey, rule, application, assignment, reference, granted_at, until)
       SELECT id, 'ad', id, 'j', 'care', 'ehr', id, 'R', now(), to_timestamp(${until} / 1000.0) FROM ${range}`,
    );
    await pool.query(
      `INSERT INTO hub.account (target, person, key, state, object, login_name, until, delete_from)
       SELECT 'ad', id, id, 'open', id, id, to_timestamp(${until} / 1000.0), to_timestamp(${until} / 1000.0) + interval '90 days' FROM ${range}`,
    );
    await pool.query(
      `INSERT INTO hub.builtin_account (target, login_name, key, doc)
       SELECT 'ad', id, id, json_build_object('id', id, 'address', id, 'key', id, 'mark', 'tillit:' || id, 'loginName', id, 'principal', id,
         'container', 'OU=A', 'enabled', true, 'hasPassword', true, 'expiresAt', ${until}::bigint, 'attributes', json_build_object('company', json_build_array('Town')),
         'groups', CASE WHEN n % 1000 = 0 THEN '[]'::json ELSE json_build_array('CN=Care') END) FROM ${range}`,
    );
    await pool.query('ANALYZE');
    made = to;
  };
  const snapshot = () =>
    ({
      accountTargets: new Map([['ad', target]]),
      accountRules: new Map([['care', rule]]),
    }) as unknown as CatalogueSnapshot;
  const port = () => builtInTarget(builtInRows(pool, 'ad'), Date.now);
  for (const people of [count / 10, count]) {
    await fill(people);
    await measured('the whole daily look over the built-in target', people, async () => {
      const done = await checkTarget({ pool, clock: Date.now, snapshot, port }, target, false);
      if (done.kind !== 'done') throw new Error(JSON.stringify(done));
      return done.counts;
    });
  }
} finally {
  await pool.end();
  await database.stop();
}
