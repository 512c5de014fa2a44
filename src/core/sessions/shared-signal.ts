// Signs that an account is used by two people: at two places, or on two sorts of device, within a short time (V4). Pure; it only tells.
import type { EpochMs } from '../../base/clock.ts';
import { isLive } from './lifecycle.ts';
import type { Session } from './session.ts';

/** What counts as a sign, in the hub's settings. */
export interface SharedSignalLimits {
  /** The other session was used so recently. */
  readonly withinMinutes: number;
  /** Another network of the catalogue, or none of them. */
  readonly networks: boolean;
  /** Another sort of device, or another browser. */
  readonly devices: boolean;
}

/** Where a session is, as far as it is looked at. */
export interface SignalPlace {
  readonly session: string;
  readonly network?: string | undefined;
  readonly device: string;
  readonly agent: string;
}

export interface SharedSignal {
  readonly person: string;
  /** What differs. */
  readonly seen: readonly ('networks' | 'devices')[];
  /** The session that was there, and the one that began. */
  readonly places: readonly [SignalPlace, SignalPlace];
  /** The same for the same two places, whichever was first. */
  readonly pair: string;
}

const placeOf = ({ id, network, device, agent }: Session): SignalPlace => ({ session: id, network, device, agent });
const nameOf = ({ network, device, agent }: SignalPlace): string => JSON.stringify([network ?? null, device, agent]);

/** Signs between a session that begins and the person's others: one for each two places. */
export function sharedSignals(
  begun: Session,
  others: readonly Session[],
  limits: SharedSignalLimits,
  now: EpochMs,
): readonly SharedSignal[] {
  const found = new Map<string, SharedSignal>();
  const here = placeOf(begun);
  for (const other of [...others].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (other.id === begun.id || other.person !== begun.person || !isLive(other, now)) continue;
    if (now - other.seenAt > limits.withinMinutes * 60_000) continue;
    const there = placeOf(other);
    const seen = [
      ...(limits.networks && there.network !== here.network ? (['networks'] as const) : []),
      ...(limits.devices && (there.device !== here.device || there.agent !== here.agent) ? (['devices'] as const) : []),
    ];
    if (seen.length === 0) continue;
    const pair = [nameOf(there), nameOf(here)].sort().join(' ');
    if (!found.has(pair)) found.set(pair, { person: begun.person, seen, places: [there, here], pair });
  }
  return [...found.values()];
}
