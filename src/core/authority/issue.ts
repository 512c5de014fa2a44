// Issues a certificate for an order: decide, write down, sign, keep, hand out; in this order, so that no serial is lost or used twice.
import { hash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import {
  certificateToSign,
  type ExtensionToWrite,
  readCertificate,
  readCsr,
  signedBy,
  signedDer,
} from '../../base/x509/index.ts';
import { canonicalJson } from '../audit/index.ts';
import { type Composition, compose, newSerial } from './compose.ts';
import { issuedEvent, orderedEvent, refusedEvent } from './events.ts';
import { holderHash, subjectOf } from './holder.ts';
import { firstRefusal, type IssueFacts, type IssueRefusal, type IssueRequest, lifeOf } from './issue-checks.ts';
import { type IssuingAuthority, keyHash } from './issuing-authority.ts';
import { lint } from './lint.ts';
import type { CertificateToRegister, Register, RegisteredCertificate } from './ports.ts';
import type { CertificateProfile } from './profile.ts';

export interface AuthorityRules {
  readonly profiles: ReadonlyMap<string, CertificateProfile>;
  readonly authorities: ReadonlyMap<string, IssuingAuthority>;
  /** Names of those who may ask, and the profiles that each may order. */
  readonly callers: ReadonlyMap<string, readonly string[]>;
}

export interface IssuePorts {
  readonly register: Register;
  readonly rules: AuthorityRules;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Issued {
  readonly kind: 'issued';
  readonly certificate: RegisteredCertificate & { readonly der: Buffer };
  readonly authority: IssuingAuthority;
  /** Whether the order had been carried out before. */
  readonly again: boolean;
}

export type IssueOutcome = Issued | { readonly kind: 'refused'; readonly refusal: IssueRefusal };

const refused = (code: IssueRefusal['code'], because: string): IssueOutcome => ({
  kind: 'refused',
  refusal: { code, because },
});

/** Everything that was asked, as one hash. */
const requestHash = ({ caller: _caller, csr, ...rest }: IssueRequest): string =>
  hash('sha256', canonicalJson({ ...JSON.parse(JSON.stringify(rest)), csr: csr.toString('base64') }), 'base64url');

/** Carries out an order. The same order again gives the same certificate; with other contents it is refused. */
export async function issue(ports: IssuePorts, request: IssueRequest): Promise<IssueOutcome> {
  const asked = requestHash(request);
  const known = await ports.register.byOrder(request.caller, request.order);
  if (known !== undefined) return carriedOut(ports, known, asked);

  const facts = await gather(ports, request);
  const refusal = firstRefusal(facts);
  const { profile, authority, csr } = facts;
  // The list has looked at these three; the types do not know it.
  if (refusal !== undefined || profile === undefined || authority === undefined || !csr.ok) {
    const told = refusal ?? { code: 'profile.known', because: 'there is no such profile' };
    await ports.register.record(refusedEvent(request, told, facts.now));
    return { kind: 'refused', refusal: told };
  }
  const meant: Composition = {
    profile,
    holder: request.holder,
    authority,
    publicKey: csr.csr.publicKey.der,
    serial: newSerial(ports.random),
    now: facts.now,
    minutes: lifeOf(facts),
  };
  const wished = csr.csr.askedExtensions.map(({ oid }) => oid);
  const written = await writeDown(ports, request, meant, asked, wished);
  if (written.kind === 'orderTaken') {
    // Somebody with the same order was quicker.
    const other = await ports.register.byOrder(request.caller, request.order);
    return other === undefined
      ? refused('order.other', 'the order is being carried out')
      : carriedOut(ports, other, asked);
  }
  if (written.kind === 'refused') {
    await ports.register.record(refusedEvent(request, written.refusal, facts.now));
    return written;
  }
  return signAndKeep(ports, authority, written.certificate, false);
}

async function gather(ports: IssuePorts, request: IssueRequest): Promise<IssueFacts> {
  const { register, rules, clock } = ports;
  const csr = readCsr(request.csr);
  const profile = rules.profiles.get(request.profile);
  return {
    request,
    allowed: rules.callers.get(request.caller) ?? [],
    profile,
    authority: profile && rules.authorities.get(profile.issuer),
    csr,
    keyUses: csr.ok ? await register.keyUses(keyHash(csr.csr.publicKey.der)) : [],
    ownKeys: new Set([...rules.authorities.values()].map(({ signer }) => keyHash(signer.publicKey))),
    now: clock(),
  };
}

type Written =
  | { readonly kind: 'written'; readonly certificate: CertificateToRegister }
  | { readonly kind: 'orderTaken' }
  | { readonly kind: 'refused'; readonly refusal: IssueRefusal };

/** Lints the bytes to sign and writes them down with their order. */
async function writeDown(
  ports: IssuePorts,
  request: Omit<IssueRequest, 'csr'>,
  meant: Composition,
  asked: string,
  notCopied: readonly string[],
): Promise<Written> {
  const { authority } = meant;
  const fields = compose(meant);
  const toSign = certificateToSign(fields, authority.signer.algorithm);
  const fault = lint(meant, toSign);
  if (fault !== undefined) return { kind: 'refused', refusal: { code: 'lint', because: fault } };
  const certificate: CertificateToRegister = {
    issuer: authority.id,
    serial: meant.serial.toString('hex'),
    caller: request.caller,
    order: request.order,
    requestHash: asked,
    profile: request.profile,
    person: request.person,
    reference: request.reference,
    holder: holderHash(subjectOf(meant.holder)),
    key: keyHash(meant.publicKey),
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    toSign,
  };
  const event = orderedEvent(certificate, meant.now, notCopied, request.proof);
  const outcome = await ports.register.writeDown(certificate, event);
  if (outcome === 'written') return { kind: 'written', certificate };
  return outcome === 'orderTaken'
    ? { kind: 'orderTaken' }
    : { kind: 'refused', refusal: { code: 'key.holder', because: 'the key was certified for another holder' } };
}

/** The order is in the register: hands out what it gave, or signs what was written down and never signed. */
async function carriedOut(ports: IssuePorts, known: RegisteredCertificate, asked: string): Promise<IssueOutcome> {
  if (known.requestHash !== asked) return refused('order.other', 'this order was given before with other contents');
  const authority = ports.rules.authorities.get(known.issuer);
  if (authority === undefined) return refused('issuer.known', 'the issuing authority of this order is not here');
  if (known.der !== undefined)
    return { kind: 'issued', certificate: { ...known, der: known.der }, authority, again: true };
  if (known.notAfter <= ports.clock()) return refused('order.ended', 'what was ordered would have ended by now');
  return signAndKeep(ports, authority, known, true);
}

/** Signs the bytes that were written down; of two that do it at once, both hand out the one that was kept first. */
async function signAndKeep(
  { register, clock }: IssuePorts,
  authority: IssuingAuthority,
  certificate: CertificateToRegister,
  again: boolean,
): Promise<Issued> {
  const { signer } = authority;
  const der = signedDer(certificate.toSign, signer.algorithm, await signer.sign(certificate.toSign));
  const reading = readCertificate(der);
  // A key in hardware may fail without saying so: what does not verify is not kept (BR 4.3.1).
  if (!reading.ok || !signedBy(reading.certificate, authority.certificate))
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `the key of ${authority.id} made no good signature`,
    });
  const at = clock();
  const event = issuedEvent(certificate, at, reading.certificate.fingerprint);
  const kept = await register.keepSigned(authority.id, certificate.serial, der, event);
  const whole = { state: 'good', reason: undefined, changedAt: undefined, ...certificate, der: kept } as const;
  return { kind: 'issued', certificate: whole, authority, again };
}

/** Signs what a killed program had written down and not signed; answers how many there were. */
export async function finishInterrupted(ports: IssuePorts): Promise<number> {
  const found = await ports.register.unsigned();
  for (const certificate of found) {
    const authority = ports.rules.authorities.get(certificate.issuer);
    if (authority !== undefined) await signAndKeep(ports, authority, certificate, true);
  }
  return found.length;
}

/** A certificate for the authority's own use: written down, linted and kept like every other. */
export async function issueOwn(
  ports: IssuePorts,
  given: {
    readonly authority: IssuingAuthority;
    readonly profile: CertificateProfile;
    readonly holder: IssueRequest['holder'];
    readonly publicKey: Buffer;
    readonly order: string;
    readonly extra?: readonly ExtensionToWrite[];
  },
): Promise<Buffer> {
  const { authority, profile, holder, publicKey, order, extra = [] } = given;
  const now = ports.clock();
  const meant = {
    profile,
    holder,
    authority,
    publicKey,
    serial: newSerial(ports.random),
    now,
    minutes: profile.longestMinutes,
    extra,
  };
  const request = { caller: 'authority', order, profile: profile.id, holder };
  const written = await writeDown(ports, request, meant, order, []);
  if (written.kind !== 'written')
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `no certificate for ${order}: ${written.kind === 'refused' ? written.refusal.because : 'ordered before'}`,
    });
  return (await signAndKeep(ports, authority, written.certificate, false)).certificate.der;
}
