// `tillit person signals`: signs of the last days that an account is used by two people.
import { shownName } from '../../core/directory/index.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import { sharedSignalsSince } from '../../edge/store/hub/shared-signals.ts';
import type { AdminPlace } from './admin-place.ts';
import type { CommandIo } from './command.ts';

/** A place in words: where, on what, in which browser. */
const placeText = ({
  network,
  device,
  agent,
}: {
  readonly network?: string;
  readonly device: string;
  readonly agent: string;
}) => `${network ?? 'no known network'}, ${device}, ${agent}`;

export async function listSignals(
  { pool, clock, who }: Pick<AdminPlace, 'pool' | 'clock' | 'who'>,
  days: number,
  io: Pick<CommandIo, 'out' | 'err'>,
): Promise<number> {
  const now = clock();
  await insertAudit(pool, [{ kind: 'admin.exported', at: now, outcome: 'ok', body: { who, what: 'signals', days } }]);
  const found = await sharedSignalsSince(pool, now - days * 86_400_000);
  for (const { at, person, seen, places } of found) {
    const differs = seen.map((one) => (one === 'networks' ? 'two networks' : 'two devices')).join(' and ');
    const shown = `${person.id} (${shownName(person)})`;
    io.out(`${new Date(at).toISOString()} ${shown}: ${differs} at once: ${places.map(placeText).join(' | ')}`);
  }
  io.err(`${found.length} signs within ${days} days. Ask before you conclude: one person may have two devices.`);
  return 0;
}
