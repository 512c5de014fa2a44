// What must hold of every step with a device and its certificates, in one list; a test leaves each out to see a case turn.
import { createHash, type KeyObject } from 'node:crypto';
import type { EpochMs } from '../../../base/clock.ts';
import type { VerifyKey } from '../../../base/jose/index.ts';
import { reaches } from '../../../wire/codes/index.ts';
import type { Population } from '../../catalogue/index.ts';
import { type Assignment, holds, type PersonFacts } from '../../directory/index.ts';
import { withAncestors } from '../../policy/index.ts';
import { type CardProof, type DerivedCertificate, type DeviceCode, deviceTimes, type KeyDevice } from './device.ts';
import { type DeviceMessage, madeBy } from './message.ts';

/**
 * At the portal: a code is made to enrol a device, or for a shift on one. At the device's own address: it enrols, asks for a
 * certificate, asks again for what it was not told, and says that it is done.
 */
export type DeviceStep = 'codeForDevice' | 'codeForShift' | 'enrol' | 'derive' | 'again' | 'endShift';

export interface DeviceFacts {
  readonly now: EpochMs;
  /** Our own address: whom a message must be meant for. */
  readonly audience: string;
  /** Whose code it is; absent for an administrator's. */
  readonly person?: PersonFacts | undefined;
  /** Where the device is, or will be. */
  readonly organisation: string;
  readonly device?: KeyDevice | undefined;
  /** The key that the device was enrolled with. */
  readonly deviceKey?: VerifyKey | undefined;
  readonly proof?: CardProof | undefined;
  /** Of the card behind it, asked now. */
  readonly cardStatus?: 'good' | 'revoked' | 'unknown' | undefined;
  /** The population that will accept the certificate. */
  readonly population?: Pick<Population, 'id' | 'assurance' | 'derived'> | undefined;
  readonly message?: DeviceMessage | undefined;
  readonly code?: DeviceCode | undefined;
  /** The key of the request for a certificate, which proved that it is there; or that a device enrols with. */
  readonly key?: KeyObject | undefined;
  /** That key is another device's or another certificate's. */
  readonly keyIsUsed?: boolean | undefined;
  /** The certificate that it speaks of. */
  readonly certificate?: Pick<DerivedCertificate, 'device'> | undefined;
}

export const deviceRefusals = [
  'devices.malformed',
  'devices.unknown',
  'devices.closed',
  'devices.signature',
  'devices.audience',
  'devices.clock',
  'devices.code',
  'devices.codeUsed',
  'devices.othersOwn',
  'devices.notEmployed',
  'devices.needsCard',
  'devices.otherCard',
  'devices.cardTooWeak',
  'devices.cardTooOld',
  'devices.cardEnded',
  'devices.cardUnknown',
  'devices.cardEnding',
  'devices.request',
  'devices.keyKind',
  'devices.keyUsed',
  'devices.otherCertificate',
  'devices.certificateEnded',
  'devices.notIssued',
] as const;
export type DeviceRefusal = (typeof deviceRefusals)[number];

export interface DeviceCheck {
  readonly name: string;
  readonly clause: string;
  readonly of: readonly DeviceStep[];
  /** Undefined when it holds. */
  readonly test: (facts: DeviceFacts, step: DeviceStep) => DeviceRefusal | undefined;
}

/** SHA-256 of a public key as every program writes it (RFC 5480 2), hexadecimal. */
export const publicKeyHash = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** By which of the person's assignments they may use a device of this organisation: the one that lasts longest. */
export function employment({
  person,
  organisation,
  now,
}: Pick<DeviceFacts, 'person' | 'organisation' | 'now'>): Assignment | undefined {
  if (person === undefined || person.person.closed) return undefined;
  const lasts = ({ until }: Assignment) => until ?? Number.POSITIVE_INFINITY;
  return person.assignments
    .filter((one) => holds(one, now) && withAncestors(person, one.organisation).includes(organisation))
    .sort((one, other) => lasts(other) - lasts(one))[0];
}

/** When a certificate that is made now ends: with the shift, the card or the employment, whichever is first. */
export function lastMoment(facts: DeviceFacts): EpochMs {
  const { now, proof, population } = facts;
  const hours = population?.derived?.hours ?? 0;
  return Math.min(now + hours * 3_600_000, proof?.notAfter ?? 0, employment(facts)?.until ?? Number.POSITIVE_INFINITY);
}

const atDevice = ['enrol', 'derive', 'again', 'endShift'] as const;
const ofDevice = ['codeForShift', 'derive', 'again', 'endShift'] as const;
const ofCard = ['codeForDevice', 'codeForShift', 'derive'] as const;
const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1'];

const unless = (holdsNow: boolean, refusal: DeviceRefusal): DeviceRefusal | undefined =>
  holdsNow ? undefined : refusal;

export const deviceChecks: readonly DeviceCheck[] = [
  {
    name: 'device.message',
    clause: 'RFC 7515 7.1: one signed message that we can read',
    of: atDevice,
    test: ({ message }) => unless(message !== undefined, 'devices.malformed'),
  },
  {
    name: 'device.known',
    clause: 'H8: an enrolled device',
    of: ofDevice,
    test: ({ device }) => unless(device !== undefined, 'devices.unknown'),
  },
  {
    name: 'device.signed',
    clause:
      'H8: bound to the device: the key that it was enrolled with signs over the request; at enrolment, the key that it brings',
    of: atDevice,
    test: ({ message, deviceKey }, step) => {
      const key = step === 'enrol' ? message?.key : deviceKey;
      return unless(message !== undefined && key !== undefined && madeBy(message, key), 'devices.signature');
    },
  },
  {
    name: 'device.open',
    clause: 'H8: a lost device gets nothing more',
    of: ['codeForShift', 'derive', 'again'],
    test: ({ device }) => unless(device?.closed === false, 'devices.closed'),
  },
  {
    name: 'device.audience',
    clause: 'RFC 7519 4.1.3: meant for this hub',
    of: atDevice,
    test: ({ message, audience }) => unless(message?.audience === audience, 'devices.audience'),
  },
  {
    name: 'device.clock',
    clause: 'RFC 7519 4.1.6: made now; an old message that somebody kept is worth nothing',
    of: atDevice,
    test: ({ message, now }) =>
      unless(message !== undefined && Math.abs(now - message.madeAt) <= deviceTimes.clockMs, 'devices.clock'),
  },
  {
    name: 'device.code',
    clause: 'H8: a code of ours, for this and for this device, minutes old',
    of: ['enrol', 'derive'],
    test: ({ code, device, now }, step) =>
      unless(
        code !== undefined &&
          code.task === step &&
          now < code.expiresAt &&
          (code.task === 'enrol' || code.device === device?.id),
        'devices.code',
      ),
  },
  {
    name: 'device.once',
    clause: 'RFC 6749 4.1.2 in spirit: a code is good once',
    of: ['enrol', 'derive'],
    test: ({ code }) => unless(code?.usedFor === undefined, 'devices.codeUsed'),
  },
  {
    name: 'device.whose',
    clause: 'H8: a device that is one person’s is no other’s',
    of: ['codeForShift', 'derive'],
    test: ({ device, person }) =>
      unless(device?.holder === undefined || device.holder === person?.person.id, 'devices.othersOwn'),
  },
  {
    name: 'device.employed',
    clause: 'V4: of somebody who works where the device is',
    of: ['codeForDevice', 'codeForShift', 'enrol', 'derive'],
    test: (facts, step) => {
      // What an administrator hands out for everybody is nobody’s.
      if (step === 'enrol' && facts.code?.task === 'enrol' && facts.code.device.holder === undefined) return undefined;
      return unless(employment(facts) !== undefined, 'devices.notEmployed');
    },
  },
  {
    name: 'card.shown',
    clause: 'NIST SP 800-157r1 2.2: after a login with the card itself; a derived certificate gives no other',
    of: ofCard,
    test: ({ proof }) => unless(proof?.derived === false, 'devices.needsCard'),
  },
  {
    name: 'card.population',
    clause: 'H8: from the kinds of card that may',
    of: ['codeForShift', 'derive'],
    test: ({ proof, population }) =>
      unless(proof !== undefined && population?.derived?.from.includes(proof.population) === true, 'devices.otherCard'),
  },
  {
    name: 'card.strong',
    clause: 'H8: the same assurance as at a fixed PC: card and PIN',
    of: ofCard,
    test: ({ proof }) => unless(proof !== undefined && reaches(proof.assurance, 'substantial'), 'devices.cardTooWeak'),
  },
  {
    name: 'card.fresh',
    clause: 'H8: minutes after the card login',
    of: ofCard,
    test: ({ proof, now }, step) => {
      const most = deviceTimes.proofMs + (step === 'derive' ? deviceTimes.codeMs : 0);
      const age = now - (proof?.provenAt ?? 0);
      return unless(age >= 0 && age <= most, 'devices.cardTooOld');
    },
  },
  {
    name: 'card.good',
    clause: 'K4: neither revoked nor suspended at this moment; undetermined is not good',
    of: ofCard,
    test: ({ cardStatus }) =>
      cardStatus === 'good' ? undefined : cardStatus === 'revoked' ? 'devices.cardEnded' : 'devices.cardUnknown',
  },
  {
    name: 'card.lasts',
    clause: 'H8: never past the card’s or the employment’s end',
    of: ['codeForShift', 'derive'],
    test: (facts) => unless(lastMoment(facts) - facts.now >= deviceTimes.shortestMs, 'devices.cardEnding'),
  },
  {
    name: 'key.there',
    clause: 'RFC 2986 4.2: the request is signed by its own key',
    of: ['derive'],
    test: ({ key }) => unless(key !== undefined, 'devices.request'),
  },
  {
    name: 'key.kind',
    clause: 'SOG-IS ACM 1.3: P-256 or P-384, what hardware of tablets makes',
    of: ['enrol', 'derive'],
    test: ({ key }) =>
      unless(
        key?.asymmetricKeyType === 'ec' && curves.includes(key.asymmetricKeyDetails?.namedCurve),
        'devices.keyKind',
      ),
  },
  {
    name: 'key.new',
    clause: 'RFC 3647 4.7: no key is two devices’ or two certificates’, and none is for both purposes',
    of: ['enrol', 'derive'],
    test: ({ keyIsUsed }) => unless(keyIsUsed === false, 'devices.keyUsed'),
  },
  {
    name: 'certificate.own',
    clause: 'H8: a device ends no other’s shift',
    of: ['endShift'],
    test: ({ certificate, device }) =>
      unless(certificate !== undefined && certificate.device === device?.id, 'devices.otherCertificate'),
  },
];

/** The first refusal, with its check; undefined: the step may be taken. */
export function firstDeviceRefusal(
  facts: DeviceFacts,
  step: DeviceStep,
  checks: readonly DeviceCheck[] = deviceChecks,
): { readonly code: DeviceRefusal; readonly check: string } | undefined {
  for (const { name, of, test } of checks) {
    const code = of.includes(step) ? test(facts, step) : undefined;
    if (code !== undefined) return { code, check: name };
  }
  return undefined;
}
