// Our own authority behind the port that outside issuers have too: one order one certificate, a state for each ending of a card.
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { CardEnding, CertificateIssuer, IssuerAnswer } from '../../../core/ordering/index.ts';
import type { RevocationReason } from '../../../wire/codes/index.ts';
import type { AuthorityClient, OrderState, RevocationOutcome } from './orders.ts';

/** RFC 5280 5.3.1 for each ending. Where the key may be in other hands, that is what is said. */
const reasons: Readonly<Record<CardEnding, RevocationReason>> = {
  lost: 'keyCompromise',
  stolen: 'keyCompromise',
  misuse: 'privilegeWithdrawn',
  licenceLost: 'privilegeWithdrawn',
  employmentEnded: 'affiliationChanged',
  nameChanged: 'affiliationChanged',
  broken: 'superseded',
  renewed: 'superseded',
  replaced: 'superseded',
  expired: 'cessationOfOperation',
  mistake: 'cessationOfOperation',
};

const answerOf = (state: Exclude<OrderState, { kind: 'unknown' }>, now: number): IssuerAnswer => {
  if (state.kind === 'refused') return { kind: 'refused', reason: `${state.code}: ${state.because}` };
  if (state.kind === 'waiting')
    return { kind: 'pending', retryAfterSeconds: Math.max(1, Math.ceil((state.askAgainAt - now) / 1000)) };
  const [certificate] = state.certificate.chain;
  if (certificate === undefined)
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'the authority sent no certificate' });
  return { kind: 'issued', certificate };
};

/** `issuers`: names of its issuing authorities that sign cards of this hub; a serial number is looked for at each. */
export function authorityIssuer(client: AuthorityClient, issuers: readonly string[], clock: Clock): CertificateIssuer {
  async function change(what: (issuer: string) => Promise<RevocationOutcome>): Promise<{ readonly kind: 'done' }> {
    let last: RevocationOutcome | undefined;
    for (const issuer of issuers) {
      last = await what(issuer);
      if (last.kind === 'done') return last;
      // What is revoked stays so: nothing more can be asked of it.
      if (last.code === 'state.final') return { kind: 'done' };
      if (last.code !== 'certificate.known') break;
    }
    const because = last?.kind === 'refused' ? `${last.code}: ${last.because}` : 'no issuing authority is named';
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the authority says ${because}` });
  }

  return {
    async submit({ order, profile, request, holder, notAfter, derived, person, reference }) {
      // The authority compares the whole order: what it has already is asked for, not sent again with a shorter life.
      const known = await client.poll(order);
      if (known.kind !== 'unknown') return answerOf(known, clock());
      const minutes = Math.max(1, Math.floor((notAfter - clock()) / 60_000));
      const asked = {
        id: order,
        profile,
        csr: Buffer.from(request),
        holder: { ...holder, ...(derived && { device: derived.device }) },
        minutes,
        proof: derived && { at: derived.provenAt, fingerprint: derived.fingerprint },
        person,
        reference,
      };
      const state = await client.submit(asked);
      const raced = state.kind === 'refused' && state.code === 'order.other' ? await client.poll(order) : state;
      if (raced.kind === 'unknown')
        throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'the authority forgot the order' });
      return answerOf(raced, clock());
    },
    revoke: (serial, why) =>
      change((issuer) =>
        why === 'hold' ? client.suspend({ issuer, serial }) : client.revoke({ issuer, serial }, reasons[why]),
      ),
    release: (serial) => change((issuer) => client.resume({ issuer, serial })),
  };
}
