// The rows and claims of journeys and their one-hop tickets. All instants are epoch ms.
import { type EpochMs, minuteMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import type { Claim, Write } from '../commit/commit.ts';
import type { OneUse } from './connector.ts';
import type { Journey } from './journey.ts';
import type { Handoff } from './ports.ts';

const entityOf = (id: string): string => `journey ${id}`;

export const saveJourney = (journey: Journey): Write => ({
  kind: 'journey.save',
  entity: entityOf(journey.id),
  row: {
    id: journey.id,
    version: journey.version,
    browser: journey.browser,
    expiresAt: journey.expiresAt,
    doc: journey,
  },
});

export const endJourney = (id: string): Write => ({ kind: 'journey.end', entity: entityOf(id), row: { id } });

export const saveHandoff = (handoff: Handoff): Write => ({
  kind: 'handoff.save',
  entity: `handoff ${handoff.hash}`,
  row: { ...handoff },
});

/** A version is spent once: of two who act on it, one goes on. */
export const claimVersion = ({ id, version, expiresAt }: Journey): Claim => ({
  scope: 'journey',
  key: `${id} ${version}`,
  until: expiresAt,
});

export const claimHandoff = ({ hash, expiresAt }: Handoff): Claim => ({
  scope: 'handoff',
  key: hash,
  until: expiresAt,
});

const providerMessage = (issuer: string | undefined, id: string) =>
  ({ scope: 'provider_message', key: tokenHash(JSON.stringify([issuer, id])) }) as const;

/** What a provider sent counts once, at whichever journey and hub. Ids are as long as others like: their hash is the key. */
export const claimOneUse = (given: OneUse | undefined): readonly Claim[] =>
  (given?.ids ?? []).map((id) => ({ ...providerMessage(given?.issuer, id), until: given?.until ?? 0 }));

/** How long something counts once that does not say itself when it ends. */
const endlessMs = 10 * minuteMs;

/**
 * The same for what does not say when it ends: `until` must be the same for everybody who brings it again, so it is the end
 * of the span of time of now, and of the next one.
 */
export function claimEndless(issuer: string, id: string, now: EpochMs): readonly Claim[] {
  const span = Math.floor(now / endlessMs);
  return [span + 1, span + 2].map((end) => ({ ...providerMessage(issuer, id), until: end * endlessMs }));
}
