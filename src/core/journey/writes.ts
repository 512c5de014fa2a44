// The rows and claims of journeys and their one-hop tickets. All instants are epoch ms.
import type { Claim, Write } from '../commit/commit.ts';
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
