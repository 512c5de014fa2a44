// Links between identities and people as records: what was added or removed, by whom, and what the person is to be told.
import type { EpochMs } from '../../base/clock.ts';
import { tokenHash } from '../../base/ids.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import type { Claim, Write } from '../commit/commit.ts';

/** Made by the person's own proof of both identities in one sitting; every other source is a register or an administrator. */
export const selfSource = 'self';

export interface IdentityLink {
  readonly id: string;
  readonly namespace: string;
  /** The value, or for a personal number its keyed hash. */
  readonly lookup: string;
  readonly person: string;
  readonly source: string;
  readonly since: EpochMs;
  readonly until?: EpochMs | undefined;
  /** Where a link of one's own was proven, and by whom: another issuer under the same id does not speak for the person. */
  readonly provider?: string | undefined;
  readonly issuer?: string | undefined;
  /** A login by this identity never counts for more (decision 0009). */
  readonly ceiling?: Assurance | undefined;
  /** The session that made it, or that ended it: the one session that need not be told. */
  readonly session?: string | undefined;
  readonly endedBy?: LinkEnd | undefined;
}

export type LinkEnd = 'person' | 'administrator';

/** Port: reads links. */
export interface IdentityLinks {
  byId(id: string): Promise<IdentityLink | undefined>;
  /** Live ones and those that ended at `endedSince` or later, newest first. */
  ofPerson(person: string, endedSince: EpochMs): Promise<readonly IdentityLink[]>;
  /** The newest link of an identity, live or ended; `lookup` as stored. */
  latest(namespace: string, lookup: string): Promise<IdentityLink | undefined>;
}

/** Claims of links never run out: an identity can be taken after one link once, for good. */
const lasting: EpochMs = Date.UTC(9999, 0, 1);

/** Of all who would link this identity after its `latest` link, one wins. */
export const claimIdentity = (namespace: string, lookup: string, latest: string | undefined): Claim => ({
  scope: 'identity',
  key: `${tokenHash(`${namespace} ${lookup}`)} ${latest ?? 'first'}`,
  until: lasting,
});

/** A link ends once. */
export const claimLinkEnd = (id: string): Claim => ({ scope: 'link', key: id, until: lasting });

/** The rows of a new link of a value that is stored as it is. The person is told. */
export const saveLink = (link: IdentityLink): readonly Write[] => [
  {
    kind: 'identity.save',
    entity: `identity ${link.namespace} ${link.lookup}`,
    row: { namespace: link.namespace, lookup: link.lookup },
  },
  { kind: 'link.save', entity: `link ${link.id}`, row: { ...link } },
];

/** Ends it; the store must leave one that has ended as it is. The person is told. */
export const endLink = (id: string, until: EpochMs, endedBy: LinkEnd, session: string | undefined): Write => ({
  kind: 'link.end',
  entity: `link ${id}`,
  row: { id, until, endedBy, session },
});
