// A nurse, her tablet, her card login and the messages of the tablet, for tests of the decisions on devices.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { importPublicJwk, signCompact, signingKeyOf, type VerifyKey } from '../../src/base/jose/index.ts';
import { publicKeyDer, writeCsr, writeName } from '../../src/base/x509/index.ts';
import type { Population } from '../../src/core/catalogue/index.ts';
import type { PersonFacts } from '../../src/core/directory/index.ts';
import {
  type CardProof,
  type DerivedCertificate,
  type DeviceCode,
  type DeviceFacts,
  deviceMessageType,
  type KeyDevice,
  publicKeyHash,
  readDeviceMessage,
} from '../../src/core/ordering/index.ts';
import { newKey } from './certificates.ts';

export const now = Date.UTC(2027, 0, 4, 7);
export const minute = 60_000;
export const hour = 60 * minute;
export const audience = 'https://hub.example';
export const code = 'BCDFGHJKLMNPQRST';

export const deviceKey = newKey();
export const shiftKey = newKey();

export const verifyKeyOf = (key: KeyObject): VerifyKey => {
  const imported = importPublicJwk(createPublicKey(key).export({ format: 'jwk' }));
  if (!imported.ok) throw new Error(imported.reason);
  return imported.key;
};

export const requestFor = (key: KeyObject): string =>
  writeCsr({ subject: writeName([]), publicKey: publicKeyDer(key) }, key).toString('base64');

/** A message as the tablet makes it; `key` signs, and at enrolment is sent along. */
export function messageOf(
  claims: Readonly<Record<string, string | number>>,
  key: KeyObject = deviceKey,
  header: { readonly typ?: string } = {},
) {
  const signing = signingKeyOf({ alg: 'ES256', privateKey: key });
  const jwk = claims['iss'] === undefined ? { jwk: { ...signing.publicJwk } } : {};
  const all = { aud: audience, iat: Math.floor(now / 1000), ...claims };
  return signCompact({ typ: deviceMessageType, ...jwk, ...header }, JSON.stringify(all), signing);
}
export const readMessage = (...given: Parameters<typeof messageOf>) => readDeviceMessage(messageOf(...given));

export const tablet: KeyDevice = {
  id: 'tablet',
  kind: 'portable',
  name: 'Tablet 12',
  organisation: 'hospital',
  holder: 'nina',
  keyHash: publicKeyHash(createPublicKey(deviceKey)),
  key: publicKeyDer(createPublicKey(deviceKey)).toString('base64'),
  enrolledAt: now - 24 * hour,
  enrolledBy: 'nina',
  closed: false,
};

export const proof: CardProof = {
  fingerprint: 'a'.repeat(64),
  population: 'own-cards',
  chain: ['MII='],
  notAfter: now + 1000 * hour,
  provenAt: now - minute,
  assurance: 'substantial',
  card: 'c1',
  derived: false,
};

export const population: Pick<Population, 'id' | 'assurance' | 'derived'> = {
  id: 'shift',
  assurance: 'substantial',
  derived: {
    from: ['own-cards'],
    profile: 'derived',
    fields: ['serialNumber'],
    identifier: 'hsa-id',
    country: 'SE',
    hours: 12,
  },
};

export const nina = (given: { closed?: boolean; until?: number; at?: string } = {}): PersonFacts => ({
  person: {
    id: 'nina',
    givenName: 'Nina',
    familyName: 'Berg',
    closed: given.closed ?? false,
    protectedIdentity: false,
    attributes: {},
  },
  assignments: [
    {
      id: 'a1',
      person: 'nina',
      organisation: given.at ?? 'clinic',
      role: 'nurse',
      ...(given.until && { until: given.until }),
    },
  ],
  organisations: new Map([
    ['hospital', { id: 'hospital', name: 'Hospital', closed: false }],
    ['clinic', { id: 'clinic', name: 'Clinic', parent: 'hospital', closed: false }],
    ['elsewhere', { id: 'elsewhere', name: 'Elsewhere', closed: false }],
  ]),
  units: new Map(),
  namespaces: ['hsa-id'],
});

const life = { hash: 'h', madeAt: now - minute, expiresAt: now + 4 * minute, madeBy: 'nina', session: 's1' };
export const shiftCode: DeviceCode = {
  task: 'derive',
  ...life,
  person: 'nina',
  device: 'tablet',
  population: 'shift',
  proof,
};
export const enrolCode: DeviceCode = {
  task: 'enrol',
  ...life,
  device: { kind: 'portable', name: 'Tablet 12', organisation: 'hospital', holder: 'nina' },
};

/** Everything right for every step; a case changes one thing. */
export const facts = (given: Partial<DeviceFacts> = {}): DeviceFacts => ({
  now,
  audience,
  person: nina(),
  organisation: 'hospital',
  device: tablet,
  deviceKey: verifyKeyOf(deviceKey),
  proof,
  cardStatus: 'good',
  population,
  message: readMessage({ iss: 'tablet', code, csr: requestFor(shiftKey) }),
  code: shiftCode,
  key: createPublicKey(shiftKey),
  keyIsUsed: false,
  certificate: { device: 'tablet' },
  ...given,
});
/** The same for enrolment. */
export const enrolling = (given: Partial<DeviceFacts> = {}): DeviceFacts =>
  facts({
    device: undefined,
    deviceKey: undefined,
    message: readMessage({ code }),
    code: enrolCode,
    key: createPublicKey(deviceKey),
    ...given,
  });

export const derived: DerivedCertificate = {
  id: 'd1',
  code: 'h',
  device: 'tablet',
  person: 'nina',
  organisation: 'clinic',
  population: 'shift',
  proof,
  assurance: 'substantial',
  request: requestFor(shiftKey),
  keyHash: publicKeyHash(createPublicKey(shiftKey)),
  askedAt: now,
  notAfter: now + 12 * hour,
  state: 'issued',
  serial: '2a',
  fingerprint: 'b'.repeat(64),
};
