// Asks the issuer for a card's certificates, as often as it takes, and takes the step that its answer means.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { dayMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { readCertificate } from '../../../base/x509/index.ts';
import { type CardProfile, ownIssuer } from '../../../core/catalogue/index.ts';
import { isPersonalNumberNamespace } from '../../../core/directory/index.ts';
import {
  type ActionInput,
  type ByHand,
  type Card,
  type CardAction,
  type CardCertificate,
  type CertificateIssuer,
  certificateHolder,
  holderFault,
  type IssuerAnswer,
  wasProvenByCard,
} from '../../../core/ordering/index.ts';
import { organisationsUpward } from '../../../edge/store/hub/administrations.ts';
import { takeCardStep } from '../../../edge/store/hub/card-steps.ts';
import { cardById } from '../../../edge/store/hub/cards.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { identityLinks } from '../../../edge/store/hub/identity-links.ts';

export interface SubmitParts {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly profiles: () => ReadonlyMap<string, CardProfile>;
  /** By its id; throws while it is not there. */
  readonly issuer: (id: string) => CertificateIssuer;
}

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
  const issuer = parts.profiles().get(card.profile)?.issuer ?? ownIssuer;
  const answers = await askAll(parts, card);
  const refused = answers.find((answer) => answer.kind === 'refused');
  if (refused !== undefined) {
    const byHand = await revokeIssued(parts, issuer, answers);
    const reason = refused.reason.slice(0, 300);
    const taken = await take('refuseCertificates', { reason, byHand });
    if (taken.kind !== 'done') await leaveByHand(parts, id, byHand);
    return;
  }
  const certificates = answers.flatMap((answer, index) =>
    answer.kind === 'issued' ? [onCard(answer.certificate, issuer, profileName(parts, card, index))] : [],
  );
  // Not decided yet: `askAgain` comes back to it.
  if (certificates.length < answers.length) return;
  const taken = await take('certify', { certificates });
  // Meanwhile the holder left or the order was withdrawn: what was made for nobody is revoked at once.
  if (taken.kind !== 'done') await leaveByHand(parts, id, await revokeIssued(parts, issuer, answers));
}

/** Notes what its issuer could not be told, for somebody to do there. */
export async function leaveByHand(
  { pool, clock, profiles }: Pick<SubmitParts, 'pool' | 'clock' | 'profiles'>,
  card: string,
  byHand: readonly ByHand[],
): Promise<void> {
  if (byHand.length === 0) return;
  const from = { reference: newReference() };
  await takeCardStep(pool, card, 'leaveByHand', { from, input: { byHand }, now: clock(), profiles: profiles() });
}

const profileName = ({ profiles }: SubmitParts, card: Card, index: number): string =>
  profiles().get(card.profile)?.certificates[index]?.profile ?? '';

async function askAll(parts: SubmitParts, card: Card): Promise<readonly IssuerAnswer[]> {
  const { pool, clock } = parts;
  const now = clock();
  const profile = parts.profiles().get(card.profile);
  const found = await personReader(pool).facts(card.holder);
  if (profile === undefined || found === undefined)
    return [{ kind: 'refused', reason: 'its profile or holder is gone' }];
  const organisation = (await organisationsUpward(pool, card.organisation)).get(card.organisation);
  const identity = await identityIn(pool, card.holder, profile.identifier, now);
  const { person, assignments, accounts } = found;
  const facts = { card, profile, person, assignments, organisation, identity, accounts, now };
  const fault = holderFault(facts);
  if (fault !== undefined) return [{ kind: 'refused', reason: fault }];
  // From the request on, so that a retry asks for the same.
  const requestedAt = await requestedWhen(pool, card);
  const lifeMs = card.temporary ? profile.temporaryHours * 3_600_000 : profile.validityDays * dayMs;
  return Promise.all(
    card.requests.map((request, index) => {
      const rule = profile.certificates[index];
      if (rule === undefined) return { kind: 'refused' as const, reason: 'its profile was changed' };
      return parts.issuer(profile.issuer).submit({
        order: `${card.id}:${card.revision}:${index}`,
        profile: rule.profile,
        request: Buffer.from(request, 'base64'),
        holder: certificateHolder(rule, facts),
        notAfter: requestedAt + lifeMs,
        renewal: wasProvenByCard(card),
        person: card.holder,
        reference: card.id,
      });
    }),
  );
}

/** The holder's own identity in a namespace; never a personal number, which is held sealed and goes on no card of ours. */
export async function identityIn(
  pool: pg.Pool,
  person: string,
  namespace: string,
  now: number,
): Promise<string | undefined> {
  if (isPersonalNumberNamespace(namespace)) return undefined;
  const links = await identityLinks(pool).ofPerson(person, now);
  return links.find((link) => link.until === undefined && link.namespace === namespace)?.lookup;
}

async function requestedWhen(pool: pg.Pool, { id, revision }: Card): Promise<number> {
  const result = await pool.query<{ at: Date }>('SELECT at FROM hub.card_step WHERE card = $1 AND revision = $2', [
    id,
    revision,
  ]);
  return result.rows[0]?.at.getTime() ?? 0;
}

/** Revokes what was made and goes on no card; answers what somebody must revoke at the issuer. */
async function revokeIssued(
  parts: SubmitParts,
  issuer: string,
  answers: readonly IssuerAnswer[],
): Promise<readonly ByHand[]> {
  const byHand: string[] = [];
  for (const answer of answers) {
    if (answer.kind === 'refused') byHand.push(...(answer.byHand ?? []));
    if (answer.kind !== 'issued') continue;
    const { serial } = onCard(answer.certificate, issuer, '');
    const { kind } = await parts.issuer(issuer).revoke(serial, 'mistake', newReference());
    if (kind === 'byHand') byHand.push(serial);
  }
  return byHand.map((serial) => ({ issuer, serial }));
}

function onCard(der: Uint8Array, issuer: string, profile: string): CardCertificate {
  const reading = readCertificate(Buffer.from(der));
  if (!reading.ok)
    throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the issuer answered ${reading.reason}` });
  const { serial, notBefore, notAfter } = reading.certificate;
  return {
    profile,
    issuer,
    serial,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    notBefore,
    notAfter,
    der: Buffer.from(der).toString('base64'),
  };
}
