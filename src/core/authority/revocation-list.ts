// Revocation lists (RFC 5280 5): when one is due, what stands in it, and how it is made, one after the other.
import type { EpochMs } from '../../base/clock.ts';
import { crlToSign, signedDer, writeExtension } from '../../base/x509/index.ts';
import { listedEvent } from './events.ts';
import type { IssuingAuthority } from './issuing-authority.ts';
import type { ListFacts, Register, RevokedCertificate, SignedList } from './ports.ts';

export interface ListSchedule {
  /** A new list at least so often. */
  readonly everyMs: number;
  /** How long a list may be used: long enough to live through an outage of ours. */
  readonly lifeMs: number;
}

export const usualSchedule: ListSchedule = { everyMs: 60 * 60_000, lifeMs: 48 * 60 * 60_000 };

/** Whether a list must be made now: none yet, a change that it does not have, or its time has come. */
export const listIsDue = (
  { last, revision }: Pick<ListFacts, 'last' | 'revision'>,
  now: EpochMs,
  { everyMs }: ListSchedule,
): boolean => last === undefined || last.revision < revision || now >= last.thisUpdate + everyMs;

/**
 * The number after `last`: the time in milliseconds, or one more where that is not greater. So a register that was restored
 * from an older backup, and has forgotten its last lists, still numbers above them (RFC 5280 5.2.3).
 */
export const nextListNumber = (last: number, now: EpochMs): number => Math.max(last + 1, now);

/** The list after `last`. Numbers only go up, and times never back, also when a clock was set (RFC 5280 5.2.3). */
export async function makeList(
  authority: IssuingAuthority,
  given: {
    readonly last: SignedList | undefined;
    readonly revision: number;
    readonly revoked: readonly RevokedCertificate[];
    readonly now: EpochMs;
    readonly lifeMs: number;
  },
): Promise<SignedList> {
  const { last, revision, revoked, now, lifeMs } = given;
  const number = nextListNumber(last?.number ?? 0, now);
  const thisUpdate = Math.max(Math.floor(now / 1000) * 1000, last?.thisUpdate ?? 0);
  const nextUpdate = thisUpdate + lifeMs;
  const { signer, certificate } = authority;
  const bytes = crlToSign(
    {
      issuer: certificate.subject.der,
      thisUpdate,
      nextUpdate,
      revoked: revoked.map(({ serial, at, reason }) => ({ serial: Buffer.from(serial, 'hex'), at, reason })),
      extensions: [writeExtension.authorityKeyId(signer.publicKey), writeExtension.crlNumber(number)],
    },
    signer.algorithm,
  );
  return {
    number,
    revision,
    thisUpdate,
    nextUpdate,
    der: signedDer(bytes, signer.algorithm, await signer.sign(bytes)),
  };
}

/** Makes the next list of an authority when it is due, or `anew` in any case; answers the one that holds now. */
export const keepListCurrent = (
  register: Register,
  authority: IssuingAuthority,
  now: EpochMs,
  { anew = false, ...schedule }: ListSchedule & { readonly anew?: boolean } = usualSchedule,
): Promise<SignedList | undefined> =>
  register.makeList(authority.id, async (facts) => {
    if (!anew && !listIsDue(facts, now, schedule)) return undefined;
    // What has ended stays until a list was made after its end (RFC 5280 3.3).
    const revoked = await facts.revoked(facts.last?.thisUpdate ?? 0);
    const { last, revision } = facts;
    const list = await makeList(authority, { last, revision, revoked, now, lifeMs: schedule.lifeMs });
    return { list, event: listedEvent(authority.id, list, revoked.length) };
  });
