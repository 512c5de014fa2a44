// Takes a step with a device or its certificate: what was decided, its trail and the work that follows become true together.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import {
  type DerivedCertificate,
  type DerivedEnding,
  type DeviceCode,
  type DeviceDecision,
  type DeviceEnding,
  decideDerivedEnd,
  derivedEvent,
  deviceEnded,
  type KeyDevice,
} from '../../../core/ordering/index.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { type DerivedBy, derivedBy, keyDevice, liveDerived } from './key-devices.ts';

/** Writes down what came of a decision, yes or no, with the reference that the caller is told. */
async function written<Done>(
  client: Queryable,
  decision: DeviceDecision<Done>,
  reference: string,
  write: (done: Done) => Promise<void>,
): Promise<DeviceDecision<Done>> {
  if (decision.kind === 'done') await write(decision);
  await insertAudit(client, [{ ...decision.event, reference }]);
  return decision;
}

export async function insertCode(client: Queryable, { usedFor: _, ...code }: DeviceCode): Promise<void> {
  await client.query('INSERT INTO hub.device_code (hash, doc, expires_at) VALUES ($1, $2, $3)', [
    code.hash,
    JSON.stringify(code),
    new Date(code.expiresAt),
  ]);
}

/** A code, as it was decided at the portal. */
export const saveDeviceCode = (
  pool: pg.Pool,
  decision: DeviceDecision<{ readonly code: DeviceCode }>,
  reference: string,
): Promise<DeviceDecision<{ readonly code: DeviceCode }>> =>
  inTransaction(pool, (client) => written(client, decision, reference, ({ code }) => insertCode(client, code)));

const useCode = (client: Queryable, hash: string, usedFor: string) =>
  client.query('UPDATE hub.device_code SET used_for = $2 WHERE hash = $1', [hash, usedFor]);

/** A device enrols; `client` holds the lock of its code. */
export const saveEnrolment = (
  client: Queryable,
  decision: DeviceDecision<{ readonly device: KeyDevice }>,
  code: string,
  reference: string,
) =>
  written(client, decision, reference, async ({ device }) => {
    await client.query(
      `INSERT INTO hub.device (id, kind, name, set_by, set_at, closed, organisation, holder, key_hash, key)
       VALUES ($1, $2, $3, $4, $5, false, $6, $7, $8, $9)`,
      [
        device.id,
        device.kind,
        device.name,
        device.enrolledBy,
        new Date(device.enrolledAt),
        device.organisation,
        device.holder ?? null,
        device.keyHash,
        Buffer.from(device.key, 'base64'),
      ],
    );
    await useCode(client, code, device.id);
  });

/** A certificate is asked for; `client` holds the locks of its code and device. */
export const saveDerived = (
  client: Queryable,
  decision: DeviceDecision<{ readonly certificate: DerivedCertificate }>,
  reference: string,
) =>
  written(client, decision, reference, async ({ certificate }) => {
    await client.query(
      `INSERT INTO hub.derived (id, code, device, person, organisation, population, proof, card, assurance, request, key_hash,
         asked_at, valid_until, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        certificate.id,
        certificate.code,
        certificate.device,
        certificate.person,
        certificate.organisation,
        certificate.population,
        JSON.stringify(certificate.proof),
        certificate.proof.card ?? null,
        certificate.assurance,
        Buffer.from(certificate.request, 'base64'),
        certificate.keyHash,
        new Date(certificate.askedAt),
        new Date(certificate.notAfter),
        certificate.state,
      ],
    );
    await useCode(client, certificate.code, certificate.id);
    await addWork(client, 'derivedIssuer', certificate.id, 'submit', certificate.askedAt);
  });

/** Work for the outbox: one of each task a certificate, however often it is added. */
const addWork = (
  client: Queryable,
  kind: Extract<OutboxKind, `derived${string}`>,
  id: string,
  task: string,
  now: EpochMs,
) =>
  client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
    [`${kind} ${id} ${task}`, kind, `${kind} ${id}`, JSON.stringify({ derived: id, task }), new Date(now)],
  );

/** What its issuer made of it. */
export interface MadeCertificate {
  readonly serial: string;
  readonly fingerprint: string;
  readonly der: Buffer;
}

/** Notes what was made, or why not; false when it is no longer waited for: what was made is then to be revoked. */
export const settleDerived = (
  pool: pg.Pool,
  id: string,
  made: MadeCertificate | { readonly refused: string },
  now: EpochMs,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const text = `UPDATE hub.derived SET state = $2, serial = $3, fingerprint = $4, certificate = $5 WHERE id = $1 AND state = 'asked'`;
    const values =
      'refused' in made ? ['refused', null, null, null] : ['issued', made.serial, made.fingerprint, made.der];
    if ((await client.query(text, [id, ...values])).rowCount !== 1) return false;
    const certificate = await derivedBy(client, { id });
    if (certificate === undefined) return false;
    const event =
      'refused' in made
        ? derivedEvent('derived.refused', certificate, now, { why: made.refused })
        : derivedEvent('derived.issued', certificate, now);
    await insertAudit(client, [event]);
    return true;
  });

/** Ends every live certificate that this names. Done twice, it is the same. Answers how many it ended. */
export async function endDerived(
  client: Queryable,
  by: DerivedBy,
  why: DerivedEnding,
  now: EpochMs,
  who?: string,
): Promise<number> {
  let ended = 0;
  for (const live of await liveDerived(client, by, now, true)) {
    const end = decideDerivedEnd(live, why, now, who);
    if (end === undefined) continue;
    await client.query("UPDATE hub.derived SET state = 'ended', ending = $2 WHERE id = $1", [live.id, why]);
    await insertAudit(client, [end.event]);
    await addWork(client, 'derivedIssuer', live.id, 'revoke', now);
    await addWork(client, 'derivedStopped', live.id, 'end', now);
    ended += 1;
  }
  return ended;
}

/** Ends a device of any kind, and with it what it was given; false when there is none that is open. */
export const endDevice = (
  pool: pg.Pool,
  id: string,
  ending: DeviceEnding,
  by: { readonly who: string; readonly reference?: string | undefined; readonly session?: string | undefined },
  now: EpochMs,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const closed = await client.query('UPDATE hub.device SET closed = true, ending = $2 WHERE id = $1 AND NOT closed', [
      id,
      ending,
    ]);
    if (closed.rowCount !== 1) return false;
    const device = await keyDevice(client, id);
    const { who, reference, session } = by;
    if (device === undefined) {
      const body = { who, device: id, closed: true, why: ending };
      await insertAudit(client, [{ kind: 'admin.deviceSet', at: now, outcome: 'ok', body }]);
      return true;
    }
    await insertAudit(client, [{ ...deviceEnded(device, ending, now, who), reference, session }]);
    await endDerived(client, { device: id }, ending === 'lost' ? 'deviceLost' : 'deviceClosed', now, who);
    return true;
  });

/** Sessions end with the shift: news of certificates that ran out within the last hour, once each. */
export async function tellOfRunOut(client: Queryable, now: EpochMs): Promise<void> {
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
     SELECT 'derivedStopped ' || d.id || ' end', 'derivedStopped', 'derivedStopped ' || d.id, jsonb_build_object('derived', d.id, 'task', 'end'), $1
     FROM hub.derived d WHERE d.state = 'issued' AND d.valid_until <= $1 AND d.valid_until > $1::timestamptz - interval '1 hour'
     ON CONFLICT (id) DO NOTHING`,
    [new Date(now)],
  );
}
