// What each step with a device makes true: the code, the device, the certificate, the trail, and what its issuer is asked. Pure.
import type { EpochMs } from '../../../base/clock.ts';
import type { Certificate } from '../../../base/x509/index.ts';
import { lowerOf } from '../../../wire/codes/index.ts';
import type { AuditRecord } from '../../audit/record.ts';
import type { CardEnding } from '../card.ts';
import {
  type DeviceCheck,
  type DeviceFacts,
  type DeviceRefusal,
  type DeviceStep,
  deviceChecks,
  employment,
  firstDeviceRefusal,
  lastMoment,
  publicKeyHash,
} from './checks.ts';
import {
  type DerivedCertificate,
  type DerivedEnding,
  type DeviceCode,
  type DeviceEnding,
  deviceTimes,
  type KeyDevice,
} from './device.ts';

export interface DeviceNo {
  readonly kind: 'refused';
  readonly code: DeviceRefusal;
  readonly check: string;
  readonly event: AuditRecord;
}

export type DeviceDecision<Done> = ({ readonly kind: 'done'; readonly event: AuditRecord } & Done) | DeviceNo;

/** What is refused is told with the check that said so, and never with the code or the message. */
function refused(facts: DeviceFacts, step: DeviceStep, no: { code: DeviceRefusal; check: string }): DeviceNo {
  const { now, device, person, code } = facts;
  return {
    kind: 'refused',
    ...no,
    event: {
      kind: 'device.refused',
      at: now,
      outcome: 'refused',
      person: person?.person.id,
      organisation: device?.organisation,
      body: { step, check: no.check, why: no.code, device: device?.id, card: facts.proof?.card, code: code?.task },
    },
  };
}

/** The refusal of a step that writes nothing by itself; undefined: it may be taken. */
export function deviceRefused(
  facts: DeviceFacts,
  step: DeviceStep,
  checks: readonly DeviceCheck[] = deviceChecks,
): DeviceNo | undefined {
  const no = firstDeviceRefusal(facts, step, checks);
  return no && refused(facts, step, no);
}

type NewCode = Pick<DeviceCode, 'hash' | 'session'>;

/** A code for a new device of the person’s own. */
export function decideDeviceCode(
  facts: DeviceFacts,
  wish: NewCode & Pick<KeyDevice, 'kind' | 'name'>,
  checks: readonly DeviceCheck[] = deviceChecks,
): DeviceDecision<{ readonly code: DeviceCode }> {
  const no = firstDeviceRefusal(facts, 'codeForDevice', checks);
  const holder = facts.person?.person.id;
  if (no !== undefined || holder === undefined)
    return refused(facts, 'codeForDevice', no ?? { code: 'devices.notEmployed', check: 'device.employed' });
  const { kind, name, hash, session } = wish;
  const device = { kind, name, organisation: facts.organisation, holder };
  const code: DeviceCode = { task: 'enrol', hash, session, device, ...lifeOf(facts.now, holder) };
  return { kind: 'done', code, event: codeMade(facts, code, { name, kind }) };
}

/** A code for a shift on an enrolled device. */
export function decideShiftCode(
  facts: DeviceFacts,
  { hash, session }: NewCode,
  checks: readonly DeviceCheck[] = deviceChecks,
): DeviceDecision<{ readonly code: DeviceCode }> {
  const no = firstDeviceRefusal(facts, 'codeForShift', checks);
  const { device, person, population, proof } = facts;
  if (no !== undefined || device === undefined || person === undefined || population === undefined || !proof)
    return refused(facts, 'codeForShift', no ?? { code: 'devices.unknown', check: 'device.known' });
  const code: DeviceCode = {
    task: 'derive',
    hash,
    session,
    person: person.person.id,
    device: device.id,
    population: population.id,
    proof,
    ...lifeOf(facts.now, person.person.id),
  };
  return { kind: 'done', code, event: codeMade(facts, code, { device: device.id }) };
}

const lifeOf = (now: EpochMs, madeBy: string) => ({ madeAt: now, expiresAt: now + deviceTimes.codeMs, madeBy });

const codeMade = (
  { now, proof, organisation, person }: DeviceFacts,
  { task, session, expiresAt }: DeviceCode,
  body: AuditRecord['body'],
): AuditRecord => ({
  kind: 'device.codeMade',
  at: now,
  outcome: 'ok',
  person: person?.person.id,
  organisation,
  session,
  body: { task, ...body, card: proof?.card, until: new Date(expiresAt).toISOString() },
});

/** The device enrols with the key that it made. */
export function decideEnrolment(
  facts: DeviceFacts,
  id: string,
  checks: readonly DeviceCheck[] = deviceChecks,
): DeviceDecision<{ readonly device: KeyDevice }> {
  const no = firstDeviceRefusal(facts, 'enrol', checks);
  const { code, key, now } = facts;
  if (no !== undefined || code?.task !== 'enrol' || key === undefined)
    return refused(facts, 'enrol', no ?? { code: 'devices.code', check: 'device.code' });
  const device: KeyDevice = {
    id,
    ...code.device,
    keyHash: publicKeyHash(key),
    key: key.export({ type: 'spki', format: 'der' }).toString('base64'),
    enrolledAt: now,
    enrolledBy: code.madeBy,
    closed: false,
  };
  const { kind, name, organisation, holder, keyHash } = device;
  return {
    kind: 'done',
    device,
    event: {
      kind: 'device.enrolled',
      at: now,
      outcome: 'ok',
      person: holder,
      organisation,
      session: code.session,
      body: { device: id, kind, name, key: keyHash, by: code.madeBy },
    },
  };
}

/** The device asks for a certificate: written down here before anybody is asked for it. */
export function decideDerived(
  facts: DeviceFacts,
  id: string,
  checks: readonly DeviceCheck[] = deviceChecks,
): DeviceDecision<{ readonly certificate: DerivedCertificate }> {
  const no = firstDeviceRefusal(facts, 'derive', checks);
  const { code, key, device, population, message, proof, now } = facts;
  const request = message?.request;
  const employer = employment(facts);
  if (no !== undefined || code?.task !== 'derive' || !key || !device || !population || !request || !proof || !employer)
    return refused(facts, 'derive', no ?? { code: 'devices.code', check: 'device.code' });
  const certificate: DerivedCertificate = {
    id,
    code: code.hash,
    device: device.id,
    person: code.person,
    organisation: employer.organisation,
    population: population.id,
    proof,
    assurance: lowerOf(proof.assurance, population.assurance),
    request,
    keyHash: publicKeyHash(key),
    askedAt: now,
    notAfter: lastMoment(facts),
    state: 'asked',
  };
  return {
    kind: 'done',
    certificate,
    event: { ...derivedEvent('derived.asked', certificate, now), session: code.session },
  };
}

export const derivedEvent = (
  kind: Extract<AuditRecord['kind'], `derived.${string}`>,
  certificate: DerivedCertificate,
  at: EpochMs,
  more: AuditRecord['body'] = {},
): AuditRecord => ({
  kind,
  at,
  outcome: kind === 'derived.refused' ? 'refused' : 'ok',
  person: certificate.person,
  organisation: certificate.organisation,
  body: {
    derived: certificate.id,
    device: certificate.device,
    card: certificate.proof.card,
    source: certificate.proof.fingerprint,
    provenAt: new Date(certificate.proof.provenAt).toISOString(),
    assurance: certificate.assurance,
    until: new Date(certificate.notAfter).toISOString(),
    ...(certificate.fingerprint === undefined
      ? {}
      : { fingerprint: certificate.fingerprint, serial: certificate.serial }),
    ...more,
  },
});

/** Seconds are cut off in certificates. */
const slackMs = 60_000;

/** What the authority made is what was asked for: this key, and not longer. What is wrong otherwise. */
export function issuedFault(
  { keyHash, notAfter }: Pick<DerivedCertificate, 'keyHash' | 'notAfter'>,
  made: Pick<Certificate, 'publicKey' | 'notAfter'>,
): string | undefined {
  const { key } = made.publicKey;
  if (key === undefined || publicKeyHash(key) !== keyHash) return 'it is for another key';
  return made.notAfter > notAfter + slackMs ? 'it lives longer than was asked for' : undefined;
}

/** What its ending is called where it was issued (RFC 5280 5.3.1): a key that was lost is said so. */
export const endingAtIssuer: Readonly<Record<DerivedEnding, CardEnding>> = {
  deviceLost: 'lost',
  deviceClosed: 'replaced',
  cardEnded: 'misuse',
  personLeft: 'employmentEnded',
  shiftEnded: 'expired',
};

/** Ends a certificate before its time; undefined when it is over already. */
export function decideDerivedEnd(
  certificate: DerivedCertificate,
  why: DerivedEnding,
  now: EpochMs,
  by?: string,
): { readonly certificate: DerivedCertificate; readonly event: AuditRecord } | undefined {
  if (certificate.state !== 'asked' && certificate.state !== 'issued') return undefined;
  const ended: DerivedCertificate = { ...certificate, state: 'ended', ending: why };
  return { certificate: ended, event: derivedEvent('derived.ended', ended, now, { why, ...(by && { by }) }) };
}

export const deviceEnded = (
  { id, holder, organisation, name }: KeyDevice,
  ending: DeviceEnding,
  now: EpochMs,
  by: string,
): AuditRecord => ({
  kind: 'device.ended',
  at: now,
  outcome: 'ok',
  person: holder,
  organisation,
  body: { device: id, name, why: ending, by },
});
