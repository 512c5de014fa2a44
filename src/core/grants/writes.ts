// The rows that grants write. Instants are epoch milliseconds; `entity` keeps one thing out of one batch twice.
import type { EpochMs } from '../../base/clock.ts';
import type { Claim, Write } from '../commit/index.ts';
import type { AuthorizationCode, Grant, PushedRequest } from './grant.ts';

export const savePushed = ({ hash, request, expiresAt }: PushedRequest): Write => ({
  kind: 'pushed.save',
  entity: `pushed ${hash}`,
  row: { hash, doc: request, expiresAt },
});

export const saveCode = (code: AuthorizationCode): Write => ({
  kind: 'code.save',
  entity: `code ${code.hash}`,
  row: { hash: code.hash, grantId: code.grant.id, doc: code, expiresAt: code.expiresAt },
});

export const saveGrant = (grant: Grant): Write => ({
  kind: 'grant.save',
  entity: `grant ${grant.id}`,
  row: {
    id: grant.id,
    client: grant.client,
    person: grant.about.person,
    session: grant.about.session,
    doc: grant,
    createdAt: grant.createdAt,
    expiresAt: grant.expiresAt,
  },
});

/** `by` says why: `replay`, `client`. */
export const revokeGrant = (id: string, at: EpochMs, by: string): Write => ({
  kind: 'grant.revoke',
  entity: `grant ${id}`,
  row: { id, at, by },
});

export const saveRefresh = (hash: string, grantId: string, issuedAt: EpochMs, expiresAt: EpochMs): Write => ({
  kind: 'refresh.save',
  entity: `refresh ${hash}`,
  row: { hash, grantId, issuedAt, expiresAt },
});

export const supersedeRefresh = (hash: string, at: EpochMs): Write => ({
  kind: 'refresh.supersede',
  entity: `refresh ${hash}`,
  row: { hash, at },
});

/** The longest that a journey can take after its pushed request was opened. A constant: `until` must not depend on settings. */
const longestJourneyMs = 24 * 3_600_000;

/** A pushed request is spent by the first code that is issued from it, however long the login took. */
export const spendPushed = (hash: string, expiresAt: EpochMs): Claim => ({
  scope: 'request_uri',
  key: hash,
  until: expiresAt + longestJourneyMs,
});

export const spendCode = (code: AuthorizationCode): Claim => ({
  scope: 'code',
  key: code.hash,
  until: code.expiresAt,
});

/** Rotation of a refresh token (basic profile): done once. */
export const spendRefresh = (hash: string, expiresAt: EpochMs): Claim => ({
  scope: 'refresh',
  key: hash,
  until: expiresAt,
});

/** An access token taken back by its id, remembered until it has expired anyway. */
export const spendToken = (jti: string, expiresAt: EpochMs): Claim => ({
  scope: 'token',
  key: jti,
  until: expiresAt,
});
