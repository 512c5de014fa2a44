// A small certificate authority in memory: a root, one issuing authority, its rules and its register.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { systemRandom } from '../../src/base/ids.ts';
import {
  type ExtensionToWrite,
  keyAlgorithm,
  publicKeyDer,
  readCertificate,
  writeCertificate,
  writeCsr,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';
import type { AuditRecord } from '../../src/core/audit/index.ts';
import {
  type CaSigner,
  type EnrolmentPermit,
  type EnrolmentPermits,
  type EnrolPorts,
  estCaller,
  type Holder,
  type IssueRequest,
  type IssuingAuthority,
  newPermit,
  newSerial,
  publishedUrls,
  type Register,
  type RegisteredCertificate,
  type SignedList,
  standardProfiles,
  subjectOf,
} from '../../src/core/authority/index.ts';

const yearMs = 365 * 86_400_000;

export const newEcKey = (namedCurve = 'P-256'): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;

/** A signer over a key in memory. */
export function signerOf(key: KeyObject): CaSigner {
  const { identifier, hash } = keyAlgorithm(key);
  return {
    publicKey: publicKeyDer(createPublicKey(key)),
    algorithm: identifier,
    sign: (bytes) => sign(hash, bytes, key),
  };
}

export interface AuthorityPair {
  readonly root: Buffer;
  readonly authority: IssuingAuthority;
  readonly key: KeyObject;
}

/** A root and an issuing authority below it, valid ten years around `now`. */
export function makeAuthority(id: string, now: number, base = 'http://pki.example'): AuthorityPair {
  const [rootKey, key] = [newEcKey(), newEcKey()];
  const rootName = writeName([['2.5.4.3', 'Ward Root']]);
  const make = (subject: Buffer, publicKey: Buffer, depth: number): Buffer =>
    writeCertificate(
      {
        serial: newSerial(systemRandom),
        issuer: rootName,
        subject,
        notBefore: now - yearMs,
        notAfter: now + 9 * yearMs,
        publicKey,
        extensions: [
          writeExtension.basicConstraints(true, depth),
          writeExtension.keyUsage(['keyCertSign', 'cRLSign']),
          writeExtension.subjectKeyId(publicKey),
          writeExtension.authorityKeyId(publicKeyDer(rootKey)),
        ],
      },
      rootKey,
    );
  const root = make(rootName, publicKeyDer(rootKey), 1);
  const reading = readCertificate(make(writeName([['2.5.4.3', `Ward ${id} CA`]]), publicKeyDer(key), 0));
  if (!reading.ok) throw new Error(reading.reason);
  const authority = {
    id,
    certificate: reading.certificate,
    above: [],
    signer: signerOf(key),
    urls: publishedUrls(base, id),
  };
  return { root, authority, key };
}

/** A register in memory that keeps the same promises as the one in the database. */
export function memoryRegister(): Register & {
  readonly events: AuditRecord[];
  readonly rows: RegisteredCertificate[];
} {
  const rows: RegisteredCertificate[] = [];
  const events: AuditRecord[] = [];
  const lists = new Map<string, SignedList>();
  const revisions = new Map<string, number>();
  const at = (issuer: string, serial: string) =>
    rows.findIndex((row) => row.issuer === issuer && row.serial === serial);
  const set = (index: number, change: Partial<RegisteredCertificate>) => {
    const row = rows[index];
    if (row !== undefined) rows[index] = { ...row, ...change };
  };
  return {
    rows,
    events,
    byOrder: async (caller, order) => rows.find((row) => row.caller === caller && row.order === order),
    bySerial: async (issuer, serial) => rows[at(issuer, serial)],
    ordersBelow: async (caller, beginning) =>
      rows.filter((row) => row.caller === caller && row.order.startsWith(`${beginning}:`)).map(({ order }) => order),
    keyUses: async (key) => rows.filter((row) => row.key === key),
    async writeDown(certificate, event) {
      if (rows.some(({ caller, order }) => caller === certificate.caller && order === certificate.order))
        return 'orderTaken';
      if (rows.some(({ key, holder }) => key === certificate.key && holder !== certificate.holder)) return 'keyTaken';
      rows.push({ ...certificate, der: undefined, state: 'good', reason: undefined, changedAt: undefined });
      events.push(event);
      return 'written';
    },
    async keepSigned(issuer, serial, der, event) {
      const index = at(issuer, serial);
      const kept = rows[index]?.der;
      if (kept !== undefined) return kept;
      set(index, { der });
      events.push(event);
      return der;
    },
    unsigned: async () => rows.filter(({ der }) => der === undefined),
    async change({ issuer, serial, from, to, reason, at: changedAt }, event) {
      const index = at(issuer, serial);
      if (rows[index]?.state !== from) return false;
      set(index, { state: to, reason, changedAt });
      revisions.set(issuer, (revisions.get(issuer) ?? 0) + 1);
      events.push(event);
      return true;
    },
    async makeList(issuer, make) {
      const made = await make({
        last: lists.get(issuer),
        revision: revisions.get(issuer) ?? 0,
        revoked: async (endsFrom) =>
          rows
            .filter((row) => row.issuer === issuer && row.state !== 'good' && row.notAfter >= endsFrom)
            .map(({ serial, changedAt, reason }) => ({ serial, at: changedAt ?? 0, reason: reason ?? 0 })),
      });
      if (made !== undefined) {
        lists.set(issuer, made.list);
        events.push(made.event);
      }
      return lists.get(issuer);
    },
    record: async (event) => void events.push(event),
  };
}

/** Permits in memory, with the same promises. */
export function memoryPermits(events: AuditRecord[]): EnrolmentPermits {
  const rows = new Map<string, EnrolmentPermit>();
  return {
    async add(permit, event) {
      if (rows.has(permit.id)) throw new Error('the permit is there');
      rows.set(permit.id, permit);
      events.push(event);
    },
    byId: async (id) => rows.get(id),
    async countWrong(id) {
      const row = rows.get(id);
      if (row === undefined) return 0;
      rows.set(id, { ...row, wrongTries: row.wrongTries + 1 });
      return row.wrongTries + 1;
    },
    async end(id, at, event) {
      const row = rows.get(id);
      if (row === undefined || row.endsAt <= at) return false;
      rows.set(id, { ...row, endsAt: at });
      events.push(event);
      return true;
    },
  };
}

export interface AuthorityWorld extends AuthorityPair {
  readonly ports: EnrolPorts & { readonly register: ReturnType<typeof memoryRegister> };
  now: number;
}

/** An authority with the standard profiles and one caller, `hub`, who may order each. */
export function authorityWorld(now = Date.UTC(2026, 10, 29, 12)): AuthorityWorld {
  const pair = makeAuthority('staff', now);
  const profiles = standardProfiles('staff', ['1.3.6.1.4.1.32473.1.1']);
  const register = memoryRegister();
  const world: AuthorityWorld = {
    ...pair,
    now,
    ports: {
      register,
      permits: memoryPermits(register.events),
      rules: {
        profiles: new Map(profiles.map((profile) => [profile.id, profile])),
        authorities: new Map([[pair.authority.id, pair.authority]]),
        callers: new Map([
          ['hub', profiles.map(({ id }) => id)],
          ['reader', []],
          [estCaller, ['function']],
        ]),
      },
      clock: () => world.now,
      random: systemRandom,
    },
  };
  return world;
}

export const someHolder = {
  country: 'NO',
  organization: 'Demo Region',
  commonName: 'Åse Nordmann',
  surname: 'Nordmann',
  givenName: 'Åse',
  serialNumber: 'T10001',
} as const;

/** A request for a certificate, signed by its key, with whatever it wishes for. */
export const csrOf = (key: KeyObject, asked: readonly ExtensionToWrite[] = [], subject = 'anybody'): Buffer =>
  writeCsr({ subject: writeName([['2.5.4.3', subject]]), publicKey: publicKeyDer(key), asked }, key);

export const someSystem = {
  country: 'NO',
  organization: 'Demo Region',
  commonName: 'radius.fjord.example',
  dns: 'radius.fjord.example radius-2.fjord.example',
} as const;

/** A request as a system makes it: its own subject, and whatever extensions. */
export const systemCsr = (
  key: KeyObject = newEcKey(),
  asked: readonly ExtensionToWrite[] = [],
  subject: Buffer = subjectOf(someSystem),
): Buffer => writeCsr({ subject, publicKey: publicKeyDer(key), asked }, key);

/** A permit for that system, or for another holder of the function profile, kept in the world. */
export async function somePermit(world: AuthorityWorld, holder: Holder = someSystem, id = 'K7QM-2F9X') {
  const profile = world.ports.rules.profiles.get('function');
  if (profile === undefined) throw new Error('no profile');
  const given = { id, holder, hours: 24, by: 'ola@pki', now: world.now, random: systemRandom };
  const made = newPermit(profile, given);
  if (!made.ok) throw new Error(made.because);
  await world.ports.permits.add(made.permit, made.event);
  return { id, secret: made.secret };
}

let orders = 0;
/** A good order of a login certificate for a new key. */
export function someOrder(change: Partial<IssueRequest> = {}): IssueRequest {
  orders += 1;
  return {
    caller: 'hub',
    order: `order-${orders}`,
    profile: 'login',
    csr: csrOf(newEcKey()),
    holder: { ...someHolder, upn: 'ase@fjord.example', sid: 'S-1-5-21-1-2-3-1104' },
    ...change,
  };
}
