// A system asks for its certificate by EST: who it is, is decided here; what it gets goes the way of every order.
import { hash, timingSafeEqual } from 'node:crypto';
import { tokenHash } from '../../base/ids.ts';
import { type Certificate, readCertificate, readCsr } from '../../base/x509/index.ts';
import { enrolRefusal, mostWrongTries, permitChecks, renewalChecks } from './enrol-checks.ts';
import { refusedEvent } from './events.ts';
import { systemHolderOf } from './holder.ts';
import { type IssueOutcome, type IssuePorts, issue } from './issue.ts';
import type { EnrolmentPermit, EnrolmentPermits, RegisteredCertificate } from './ports.ts';
import type { CertificateProfile } from './profile.ts';

/** The name under which orders by EST are kept; its profiles are those that may be had so. */
export const estCaller = 'est';

export interface EnrolPorts extends IssuePorts {
  readonly permits: EnrolmentPermits;
}

interface Asked {
  readonly profile: string;
  /** PKCS #10, DER. */
  readonly csr: Buffer;
}

/** The profile, when it may be had by EST. */
const allowedProfile = ({ rules }: EnrolPorts, asked: string): CertificateProfile | undefined =>
  rules.callers.get(estCaller)?.includes(asked) ? rules.profiles.get(asked) : undefined;

/** The first certificate of a system, with a permit. One permit gives one certificate; the same request again gets it again. */
export async function enrolByPermit(
  ports: EnrolPorts,
  request: Asked & { readonly permit: { readonly id: string; readonly secret: string } },
): Promise<IssueOutcome> {
  const { permits, register, clock } = ports;
  const { profile, csr } = request;
  const found = await permits.byId(request.permit.id);
  const isSecretRight = found !== undefined && isSecretOf(found, request.permit.secret);
  // A wrong secret counts before anything is answered.
  const wrongTries = found && !isSecretRight ? await permits.countWrong(found.id) : (found?.wrongTries ?? 0);
  const now = clock();
  const permit = found && { ...found, wrongTries };
  const refusal = enrolRefusal(
    { asked: profile, profile: allowedProfile(ports, profile), now, permit, isSecretRight },
    permitChecks,
  );
  const order = { caller: estCaller, order: `permit:${request.permit.id}`, profile, reference: request.permit.id };
  if (refusal === undefined && permit !== undefined) return issue(ports, { ...order, csr, holder: permit.holder });
  // Of what nobody here made, and of guesses without end, the trail says nothing: strangers must not fill it.
  if (permit !== undefined && refusal !== undefined && wrongTries <= mostWrongTries)
    await register.record(refusedEvent(order, refusal, now));
  return refused(refusal);
}

/** The certificate that follows a system's own, for a request that its key and the old certificate's key both vouch for. */
export async function renew(
  ports: EnrolPorts,
  request: Asked & { readonly shown: Buffer | undefined },
): Promise<IssueOutcome> {
  const { register, clock } = ports;
  const { profile, csr } = request;
  const reading = request.shown && readCertificate(request.shown);
  const shown = reading?.ok ? reading.certificate : undefined;
  const own = shown && (await ownCertificate(ports, shown));
  const beginning = `renewal:${own?.serial ?? ''}`;
  const orderId = `${beginning}:${hash('sha256', csr, 'base64url')}`;
  const orders = own === undefined ? [] : await register.ordersBelow(estCaller, beginning);
  const now = clock();
  const holder = own && shown && systemHolderOf(shown);
  const refusal = enrolRefusal(
    {
      asked: profile,
      profile: allowedProfile(ports, profile),
      now,
      shown,
      own,
      holder,
      csr: readCsr(csr),
      others: orders.includes(orderId) ? 0 : orders.length,
    },
    renewalChecks,
  );
  const order = { caller: estCaller, order: orderId, profile, reference: own?.reference };
  if (refusal === undefined && holder !== undefined) return issue(ports, { ...order, csr, holder });
  if (own !== undefined && refusal !== undefined) await register.record(refusedEvent(order, refusal, now));
  return refused(refusal);
}

/** In our register, and byte for byte the same: names and serial numbers alone are what anybody can write. */
async function ownCertificate(
  { register, rules }: EnrolPorts,
  shown: Certificate,
): Promise<RegisteredCertificate | undefined> {
  for (const { id, certificate } of rules.authorities.values()) {
    if (!certificate.subject.der.equals(shown.issuer.der)) continue;
    const found = await register.bySerial(id, shown.serial);
    if (found?.der?.equals(shown.der)) return found;
  }
  return undefined;
}

const isSecretOf = ({ secretHash }: EnrolmentPermit, secret: string): boolean => {
  const [kept, given] = [Buffer.from(secretHash), Buffer.from(tokenHash(secret))];
  return kept.length === given.length && timingSafeEqual(kept, given);
};

/** The lists have looked at everything that an order needs; the types do not know it. */
const refused = (refusal: ReturnType<typeof enrolRefusal>): IssueOutcome => ({
  kind: 'refused',
  refusal: refusal ?? { code: 'system.profile', because: 'certificates of this profile are not had by EST' },
});
