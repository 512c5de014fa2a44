// The register of certificates in PostgreSQL: each promise of the port is one statement, durable when it answers.
import type pg from 'pg';
import { type AuditRecord, auditRow } from '../../../core/audit/index.ts';
import type { KeyUse, Register, RegisteredCertificate } from '../../../core/authority/index.ts';
import { makeListInTurn } from './lists.ts';

const columns =
  'issuer, serial, caller, order_id, request_hash, profile, person, reference, holder, key, not_before, not_after, to_sign';

interface CertificateRow {
  readonly issuer: string;
  readonly serial: string;
  readonly caller: string;
  readonly order_id: string;
  readonly request_hash: string;
  readonly profile: string;
  readonly person: string | null;
  readonly reference: string | null;
  readonly holder: string;
  readonly key: string;
  readonly not_before: Date;
  readonly not_after: Date;
  readonly to_sign: Buffer;
  readonly der: Buffer | null;
  readonly state: RegisteredCertificate['state'];
  readonly reason: number | null;
  readonly changed_at: Date | null;
}

const toCertificate = (row: CertificateRow): RegisteredCertificate => ({
  issuer: row.issuer,
  serial: row.serial,
  caller: row.caller,
  order: row.order_id,
  requestHash: row.request_hash,
  profile: row.profile,
  person: row.person ?? undefined,
  reference: row.reference ?? undefined,
  holder: row.holder,
  key: row.key,
  notBefore: row.not_before.getTime(),
  notAfter: row.not_after.getTime(),
  toSign: row.to_sign,
  der: row.der ?? undefined,
  state: row.state,
  reason: row.reason ?? undefined,
  changedAt: row.changed_at?.getTime(),
});

/**
 * The insert of one event, whose row is parameter `$1` as JSON; `when` is what must hold for it. A statement of its own
 * when there is nothing else to do.
 */
export const eventInsert = (when = ''): string => `
  INSERT INTO authority.audit_event (at, kind, class, outcome, person, organisation, application, session, journey, reference, reason, text, salt)
  SELECT to_timestamp(e.at / 1000.0), e.kind, e.class, e.outcome, e.person, e.organisation, e.application, e.session, e.journey, e.reference, e.reason, e.text, uuid_send(gen_random_uuid())
  FROM json_to_record($1::json) AS e(at float8, kind text, class text, outcome text, person text, organisation text, application text, session text, journey text, reference text, reason text, text text) ${when}`;

export const eventValue = (record: AuditRecord): string => JSON.stringify(auditRow(record));

const writeDownSql = `
  WITH k AS (INSERT INTO authority.key_holder AS known (key, holder) VALUES ($11, $10)
      ON CONFLICT (key) DO UPDATE SET key = known.key RETURNING holder),
  c AS (INSERT INTO authority.certificate (${columns})
      SELECT $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, to_timestamp($12::float8 / 1000.0), to_timestamp($13::float8 / 1000.0), $14::bytea
      FROM k WHERE k.holder = $10 ON CONFLICT (caller, order_id) DO NOTHING RETURNING 1),
  e AS (${eventInsert('WHERE EXISTS (SELECT FROM c)')} RETURNING 1)
  SELECT (SELECT count(*) FROM c)::int AS written, (SELECT holder FROM k) = $10 AS own`;

const keepSql = `
  WITH c AS (UPDATE authority.certificate SET der = $4 WHERE issuer = $2 AND serial = $3 AND der IS NULL RETURNING der),
  e AS (${eventInsert('WHERE EXISTS (SELECT FROM c)')} RETURNING 1)
  SELECT der FROM c`;

const changeSql = `
  WITH c AS (UPDATE authority.certificate SET state = $5, reason = $6, changed_at = to_timestamp($7::float8 / 1000.0)
      WHERE issuer = $2 AND serial = $3 AND state = $4 RETURNING 1),
  r AS (INSERT INTO authority.revision AS known (issuer, revision) SELECT $2, 1 FROM c
      ON CONFLICT (issuer) DO UPDATE SET revision = known.revision + 1 RETURNING 1),
  e AS (${eventInsert('WHERE EXISTS (SELECT FROM c)')} RETURNING 1)
  SELECT count(*)::int AS changed FROM c`;

/** The register over a pool of the authority's own database. */
export function certificateRegister(pool: pg.Pool): Register {
  const one = async (name: string, where: string, values: readonly unknown[]) => {
    const text = `SELECT ${columns}, der, state, reason, changed_at FROM authority.certificate WHERE ${where}`;
    const { rows } = await pool.query<CertificateRow>({ name, text, values: [...values] });
    return rows.map(toCertificate);
  };
  const bySerial = async (issuer: string, serial: string) =>
    (await one('register.serial', 'issuer = $1 AND serial = $2', [issuer, serial]))[0];
  return {
    byOrder: async (caller, order) =>
      (await one('register.order', 'caller = $1 AND order_id = $2', [caller, order]))[0],
    bySerial,
    async ordersBelow(caller, beginning) {
      // In the order of the C collation, what begins so and with a colon lies before the next character, a semicolon.
      const text =
        "SELECT order_id FROM authority.certificate WHERE caller = $1 AND order_id > $2 || ':' AND order_id < $2 || ';'";
      const { rows } = await pool.query<{ order_id: string }>({
        name: 'register.ordersBelow',
        text,
        values: [caller, beginning],
      });
      return rows.map((row) => row.order_id);
    },
    async keyUses(key) {
      const text = 'SELECT holder, state, reason FROM authority.certificate WHERE key = $1';
      const { rows } = await pool.query<{ holder: string; state: KeyUse['state']; reason: number | null }>({
        name: 'register.key',
        text,
        values: [key],
      });
      return rows.map((row) => ({ ...row, reason: row.reason ?? undefined }));
    },
    async writeDown(certificate, event) {
      const { rows } = await pool.query<{ written: number; own: boolean }>({
        name: 'register.writeDown',
        text: writeDownSql,
        values: [
          eventValue(event),
          certificate.issuer,
          certificate.serial,
          certificate.caller,
          certificate.order,
          certificate.requestHash,
          certificate.profile,
          certificate.person ?? null,
          certificate.reference ?? null,
          certificate.holder,
          certificate.key,
          certificate.notBefore,
          certificate.notAfter,
          certificate.toSign,
        ],
      });
      if (rows[0]?.written === 1) return 'written';
      return rows[0]?.own === true ? 'orderTaken' : 'keyTaken';
    },
    async keepSigned(issuer, serial, der, event) {
      const values = [eventValue(event), issuer, serial, der];
      const { rowCount } = await pool.query({ name: 'register.keep', text: keepSql, values });
      if (rowCount === 1) return der;
      const kept = (await bySerial(issuer, serial))?.der;
      if (kept === undefined) throw new Error(`certificate ${serial} of ${issuer} is not in the register`);
      return kept;
    },
    unsigned: () => one('register.unsigned', 'der IS NULL', []),
    async change({ issuer, serial, from, to, reason, at }, event) {
      const values = [eventValue(event), issuer, serial, from, to, reason ?? null, at];
      const { rows } = await pool.query<{ changed: number }>({ name: 'register.change', text: changeSql, values });
      return rows[0]?.changed === 1;
    },
    makeList: (issuer, make) => makeListInTurn(pool, issuer, make),
    async record(event) {
      await pool.query({ name: 'register.record', text: eventInsert(), values: [eventValue(event)] });
    },
  };
}
