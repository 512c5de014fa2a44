// Reads devices with a key of their own, the codes for them, and what they were given.
import type { EpochMs } from '../../../base/clock.ts';
import type { DerivedCertificate, DeviceCode, KeyDevice } from '../../../core/ordering/index.ts';
import type { Queryable } from './audit-insert.ts';

interface DeviceRow {
  readonly id: string;
  readonly kind: KeyDevice['kind'];
  readonly name: string;
  readonly organisation: string;
  readonly holder: string | null;
  readonly key_hash: string;
  readonly key: Buffer;
  readonly set_by: string;
  readonly set_at: Date;
  readonly closed: boolean;
  readonly ending: KeyDevice['ending'] | null;
}

const deviceColumns = 'id, kind, name, organisation, holder, key_hash, key, set_by, set_at, closed, ending';

const readDevice = (row: DeviceRow): KeyDevice => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  organisation: row.organisation,
  holder: row.holder ?? undefined,
  keyHash: row.key_hash,
  key: row.key.toString('base64'),
  enrolledAt: row.set_at.getTime(),
  enrolledBy: row.set_by,
  closed: row.closed,
  ending: row.ending ?? undefined,
});

/** A device that was enrolled with a key. `lock`: it is not ended before the caller's transaction is over. */
export async function keyDevice(client: Queryable, id: string, lock = false): Promise<KeyDevice | undefined> {
  const sql = `SELECT ${deviceColumns} FROM hub.device WHERE id = $1 AND key IS NOT NULL${lock ? ' FOR SHARE' : ''}`;
  const [row] = (await client.query<DeviceRow>(sql, [id])).rows;
  return row && readDevice(row);
}

/** Open devices that somebody may use: their own, and those of these organisations that are nobody's. */
export async function devicesFor(
  client: Queryable,
  person: string,
  organisations: readonly string[],
  limit: number,
): Promise<readonly KeyDevice[]> {
  const result = await client.query<DeviceRow>(
    `SELECT ${deviceColumns} FROM hub.device
     WHERE key IS NOT NULL AND NOT closed AND (holder = $1 OR (holder IS NULL AND organisation = ANY($2)))
     ORDER BY holder NULLS LAST, lower(name), id LIMIT $3`,
    [person, organisations, limit],
  );
  return result.rows.map(readDevice);
}

/** A code by its hash. `lock`: one who uses it goes after the other. */
export async function deviceCode(client: Queryable, hash: string, lock = false): Promise<DeviceCode | undefined> {
  const sql = `SELECT doc, used_for FROM hub.device_code WHERE hash = $1${lock ? ' FOR UPDATE' : ''}`;
  const [row] = (await client.query<{ doc: DeviceCode; used_for: string | null }>(sql, [hash])).rows;
  return row && { ...row.doc, usedFor: row.used_for ?? undefined };
}

/** Whether a public key (by its hash) is a device's or a certificate's already. */
export async function isKeyUsed(client: Queryable, keyHash: string): Promise<boolean> {
  const result = await client.query(
    'SELECT 1 FROM hub.device WHERE key_hash = $1 UNION ALL SELECT 1 FROM hub.derived WHERE key_hash = $1 LIMIT 1',
    [keyHash],
  );
  return result.rowCount !== 0;
}

interface DerivedRow {
  readonly id: string;
  readonly code: string;
  readonly device: string;
  readonly person: string;
  readonly organisation: string;
  readonly population: string;
  readonly proof: DerivedCertificate['proof'];
  readonly assurance: DerivedCertificate['assurance'];
  readonly request: Buffer;
  readonly key_hash: string;
  readonly asked_at: Date;
  readonly valid_until: Date;
  readonly state: DerivedCertificate['state'];
  readonly serial: string | null;
  readonly fingerprint: string | null;
  readonly certificate: Buffer | null;
  readonly ending: DerivedCertificate['ending'] | null;
}

const readDerived = (row: DerivedRow): DerivedCertificate => ({
  id: row.id,
  code: row.code,
  device: row.device,
  person: row.person,
  organisation: row.organisation,
  population: row.population,
  proof: row.proof,
  assurance: row.assurance,
  request: row.request.toString('base64'),
  keyHash: row.key_hash,
  askedAt: row.asked_at.getTime(),
  notAfter: row.valid_until.getTime(),
  state: row.state,
  serial: row.serial ?? undefined,
  fingerprint: row.fingerprint ?? undefined,
  certificate: row.certificate?.toString('base64'),
  ending: row.ending ?? undefined,
});

/** By which of its columns certificates are looked for; `card`: that was ordered here. */
export type DerivedBy = Readonly<Partial<Record<'id' | 'code' | 'device' | 'person' | 'card' | 'fingerprint', string>>>;

const where = (by: DerivedBy): { readonly sql: string; readonly values: readonly string[] } => {
  const given = Object.entries(by);
  return {
    sql: given.map(([column], index) => `d.${column} = $${index + 1}`).join(' AND '),
    values: given.map(([, value]) => value),
  };
};

/** The certificate that this names, if there is one. */
export async function derivedBy(client: Queryable, by: DerivedBy): Promise<DerivedCertificate | undefined> {
  const { sql, values } = where(by);
  const [row] = (await client.query<DerivedRow>(`SELECT d.* FROM hub.derived d WHERE ${sql}`, [...values])).rows;
  return row && readDerived(row);
}

/** Those that are asked for or issued and have not ended. `lock`: nobody else changes them meanwhile. */
export async function liveDerived(
  client: Queryable,
  by: DerivedBy,
  now: EpochMs,
  lock = false,
): Promise<readonly DerivedCertificate[]> {
  const { sql, values } = where(by);
  const result = await client.query<DerivedRow>(
    `SELECT d.* FROM hub.derived d WHERE ${sql} AND d.state IN ('asked', 'issued') AND d.valid_until > $${values.length + 1}
     ORDER BY d.id${lock ? ' FOR UPDATE' : ''}`,
    [...values, new Date(now)],
  );
  return result.rows.map(readDerived);
}

/** Live ones after cards that were not ordered here: only their issuer knows whether the card still is good. */
export async function liveAfterOutsideCards(client: Queryable, now: EpochMs): Promise<readonly DerivedCertificate[]> {
  const result = await client.query<DerivedRow>(
    "SELECT d.* FROM hub.derived d WHERE d.state = 'issued' AND d.card IS NULL AND d.valid_until > $1 ORDER BY d.id",
    [new Date(now)],
  );
  return result.rows.map(readDerived);
}

/** Live ones whose device, card or employment is over, whatever news of it was missed; and why. */
export async function liveWithoutGround(
  client: Queryable,
  now: EpochMs,
): Promise<readonly { readonly id: string; readonly why: 'deviceClosed' | 'cardEnded' | 'personLeft' }[]> {
  const result = await client.query<{ id: string; why: 'deviceClosed' | 'cardEnded' | 'personLeft' }>(
    `SELECT * FROM (
       SELECT d.id, CASE
         WHEN v.closed THEN 'deviceClosed'
         WHEN c.state IN ('suspended', 'ended', 'expired', 'declined') THEN 'cardEnded'
         WHEN p.closed OR NOT EXISTS (
           SELECT 1 FROM hub.assignment a WHERE a.person = d.person AND a.organisation = d.organisation
             AND (a.valid_from IS NULL OR a.valid_from <= $1) AND (a.valid_until IS NULL OR a.valid_until > $1)) THEN 'personLeft'
         END AS why
       FROM hub.derived d JOIN hub.device v ON v.id = d.device JOIN hub.person p ON p.id = d.person LEFT JOIN hub.card c ON c.id = d.card
       WHERE d.state IN ('asked', 'issued') AND d.valid_until > $1) f
     WHERE why IS NOT NULL ORDER BY id`,
    [new Date(now)],
  );
  return result.rows;
}
