// What a person must still be told of changes to their logins, and to which login it may be told.
import type { EpochMs } from '../../base/clock.ts';
import type { Write } from '../commit/commit.ts';
import type { LoginNews } from '../directory/directory.ts';
import type { Evidence } from './evidence.ts';

/** How long the person's own pages show a change. */
export const newsDays = 30;

/**
 * The news for this login. Whoever made the change does not hear of it in the person's place: neither the session that
 * made it nor a login by the very identity that was added counts as having told the person (A1).
 */
export const newsFor = (
  news: readonly LoginNews[],
  proven: readonly Evidence[],
  session: string | undefined,
): readonly LoginNews[] =>
  news.filter(
    (one) =>
      (session === undefined || one.session !== session) &&
      !proven.some(({ provider }) => one.what === 'added' && provider === one.provider),
  );

/** The person was told; a newer change of the same link is told anew. */
export const toldLink = ({ link, what }: LoginNews): Write => ({
  kind: 'link.told',
  entity: `link ${link}`,
  row: { id: link, what },
});

/** True while a change is worth a word on the person's own pages. */
export const isNews = (at: EpochMs, now: EpochMs): boolean => now - at < newsDays * 24 * 3_600_000;
