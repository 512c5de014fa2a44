// Asks the issuer for a card's certificates, as often as it takes, and takes the step that its answer means.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { newReference } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { readCertificate } from '../../../base/x509/index.ts';
import type { CardProfile } from '../../../core/catalogue/index.ts';
import {
  type ActionInput,
  type Card,
  type CardAction,
  type CardCertificate,
  type CertificateIssuer,
  certificateHolder,
  type IssuerAnswer,
} from '../../../core/ordering/index.ts';
import { organisationsUpward } from '../../../edge/store/hub/administrations.ts';
import { takeCardStep } from '../../../edge/store/hub/card-steps.ts';
import { cardById } from '../../../edge/store/hub/cards.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';

export interface SubmitParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly profiles: () => ReadonlyMap<string, CardProfile>;
  readonly issuer: CertificateIssuer;
}

const dayMs = 86_400_000;

/** Throws while the issuer cannot be reached: the outbox tries again. Does nothing when somebody was here before. */
export async function submitOrder(parts: SubmitParts, id: string): Promise<void> {
  const card = await cardById(parts.pool, id);
  if (card === undefined || card.state !== 'requested') return;
  const take = (action: CardAction, input: ActionInput) =>
    takeCardStep(
      parts.pool,
      id,
      action,
      { from: { reference: newReference() }, input, now: parts.clock(), profiles: parts.profiles() },
      card.revision,
    );
  const answers = await askAll(parts, card);
  const refused = answers.find((answer) => answer.kind === 'refused');
  if (refused !== undefined) {
    await revokeIssued(parts, answers);
    await take('refuseCertificates', { reason: refused.reason.slice(0, 300) });
    return;
  }
  const certificates = answers.flatMap((answer, index) =>
    answer.kind === 'issued' ? [onCard(answer.certificate, profileName(parts, card, index))] : [],
  );
  // Not decided yet: `askAgain` comes back to it.
  if (certificates.length < answers.length) return;
  const taken = await take('certify', { certificates });
  // Meanwhile the holder left or the order was withdrawn: what was made for nobody is revoked at once.
  if (taken.kind !== 'done') await revokeIssued(parts, answers);
}

const profileName = ({ profiles }: SubmitParts, card: Card, index: number): string =>
  profiles().get(card.profile)?.certificates[index]?.profile ?? '';

async function askAll(parts: SubmitParts, card: Card): Promise<readonly IssuerAnswer[]> {
  const { pool, clock, issuer } = parts;
  const now = clock();
  const profile = parts.profiles().get(card.profile);
  const found = await personReader(pool).facts(card.holder);
  if (profile === undefined || found === undefined)
    return [{ kind: 'refused', reason: 'its profile or holder is gone' }];
  const organisation = (await organisationsUpward(pool, card.organisation)).get(card.organisation);
  const facts = { card, profile, person: found.person, assignments: found.assignments, organisation, now };
  // From the request on, so that a retry asks for the same.
  const requestedAt = await requestedWhen(pool, card);
  const lifeMs = card.temporary ? profile.temporaryHours * 3_600_000 : profile.validityDays * dayMs;
  return Promise.all(
    card.requests.map((request, index) => {
      const rule = profile.certificates[index];
      if (rule === undefined) return { kind: 'refused' as const, reason: 'its profile was changed' };
      return issuer.submit({
        order: `${card.id}/${card.revision}/${index}`,
        profile: rule.profile,
        request: Buffer.from(request, 'base64'),
        holder: certificateHolder(rule, facts),
        notAfter: requestedAt + lifeMs,
        person: card.holder,
        reference: card.id,
      });
    }),
  );
}

async function requestedWhen(pool: pg.Pool, { id, revision }: Card): Promise<number> {
  const result = await pool.query<{ at: Date }>('SELECT at FROM hub.card_step WHERE card = $1 AND revision = $2', [
    id,
    revision,
  ]);
  return result.rows[0]?.at.getTime() ?? 0;
}

async function revokeIssued({ issuer }: SubmitParts, answers: readonly IssuerAnswer[]): Promise<void> {
  for (const answer of answers) {
    if (answer.kind === 'issued') await issuer.revoke(onCard(answer.certificate, '').serial, 'mistake', newReference());
  }
}

function onCard(der: Uint8Array, profile: string): CardCertificate {
  const reading = readCertificate(Buffer.from(der));
  if (!reading.ok)
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the issuer answered ${reading.reason}` });
  const { serial, notBefore, notAfter } = reading.certificate;
  return { profile, serial, fingerprint: createHash('sha256').update(der).digest('hex'), notBefore, notAfter };
}
