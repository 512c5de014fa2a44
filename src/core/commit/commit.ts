// What a decision wants made true: claims, writes and events, as data. The store makes it so in one statement a batch.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditRecord } from '../audit/record.ts';

/**
 * A single use as data. Who inserts `(scope, key)` first has won it; claims are never taken back.
 * `until` must follow from the key alone (an assertion's `exp`, a code's expiry), because the tables are
 * partitioned by it. `by` lets our own retry after an unknown commit recognise itself.
 */
export interface Claim {
  readonly scope: ClaimScope;
  readonly key: string;
  readonly until: EpochMs;
}

export type ClaimScope =
  | 'assertion' // client assertion jti, key `client_id jti`
  | 'dpop' // DPoP proof jti, key `jkt jti`
  | 'request_uri' // pushed request, spent when a code is issued
  | 'code' // authorization code, redeemed
  | 'refresh' // refresh token, rotated away (basic profile)
  | 'journey' // key `id version`: each step of a journey is taken once
  | 'handoff' // one-hop ticket between two steps
  | 'provider_message' // an id in what a provider sent, key = hash of issuer and id
  | 'session' // a session's end, key = its id: it is told to the applications once
  | 'token' // an access token's jti, revoked
  | 'request_object' // signed request object jti
  | 'saml_request' // id of a SAML request, key `application id`
  | 'identity' // an identity after its latest link: who links it next
  | 'link' // a link's end, key = its id
  | 'waiting' // the decision of a request whose person is asked elsewhere, key = hash of what is polled with
  | 'client_key' // thumbprint of a key that an application registered or a draft brought: once among all
  | 'client_keys' // key `client n`: changes of one application's keys, one after the other
  | 'logout_token' // an upstream provider's logout token, key `provider jti`
  | 'kept_answer' // an answer that its application fetches, key = hash of the reference
  | 'outbox' // one delivery of an outbox message
  | 'observed' // what a login showed, key ends with the day: said once that day
  | 'warning'; // a warning that is said once for all hubs

/** One row to write; `kind` picks the statement in the store, `entity` keeps one batch from writing a thing twice. */
export interface Write {
  readonly kind: WriteKind;
  /** For example `session 01890…`: two writes of one entity never share a batch. */
  readonly entity: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export type WriteKind =
  | 'journey.save'
  | 'journey.end'
  | 'handoff.save'
  | 'session.save'
  | 'session.touch'
  | 'session.end'
  | 'session.reach'
  | 'session.login'
  | 'login.ended'
  | 'session.told'
  | 'pushed.save'
  | 'code.save'
  | 'grant.save'
  | 'grant.revoke'
  | 'grant.revokeBySession'
  | 'grant.revokeAt'
  | 'refresh.save'
  | 'refresh.supersede'
  | 'outbox.add'
  | 'outbox.hasten'
  | 'device.save'
  | 'login.count'
  | 'identity.save'
  | 'link.save'
  | 'link.end'
  | 'link.told'
  | 'clientKey.save'
  | 'clientDraft.save'
  | 'waiting.save'
  | 'waiting.deny'
  | 'keptAnswer.save'
  | 'keptAnswer.drop'
  | 'account.ask'
  | 'account.extend'
  | 'account.card';

/** All that one request wants made true. */
export interface Commit {
  readonly claims: readonly Claim[];
  /** Done only when every claim was won. */
  readonly writes: readonly Write[];
  /** Recorded when every claim was won. */
  readonly ifWon: readonly AuditRecord[];
  /** Recorded when a claim was lost. */
  readonly ifLost: readonly AuditRecord[];
}

/** The outcome of a commit; `lost` names the claims that somebody else had already. */
export type Committed = { readonly won: true } | { readonly won: false; readonly lost: readonly Claim[] };

/** Port: makes a Commit true, durably, before it answers. Concurrent calls share a statement. */
export type Committer = (commit: Commit) => Promise<Committed>;

/** A Commit that claims and writes nothing and only records events. */
export const recordOnly = (events: readonly AuditRecord[]): Commit => ({
  claims: [],
  writes: [],
  ifWon: events,
  ifLost: [],
});
