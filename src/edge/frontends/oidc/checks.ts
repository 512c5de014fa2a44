// Every list of checks by endpoint, in one value: what is judged, in which order, by which clause. A test may drop any.
import {
  type AskedPersonFacts,
  askedPersonChecks,
  backchannelRedemptionChecks,
  type Check,
  type CodeIssueFacts,
  clientDraftChecks,
  codeIssueChecks,
  type DraftFacts,
  deviceRedemptionChecks,
  type ExchangedFacts,
  type ExchangeFacts,
  exchangeChecks,
  exchangedChecks,
  type KeyRemovalFacts,
  keyRemovalChecks,
  type MachineGrantFacts,
  machineGrantChecks,
  type NewKeyFacts,
  newKeyChecks,
  type PollFacts,
  type RedemptionFacts,
  type RenewalFacts,
  type RenewedFacts,
  redemptionChecks,
  renewalChecks,
  renewedChecks,
  type UserCodeFacts,
  userCodeChecks,
  type WaitedFacts,
  waitedChecks,
} from '../../../core/grants/index.ts';
import { type AuthorizeFacts, authorizeChecks } from './authorize-checks.ts';
import { type BackchannelCounted, backchannelChecks, backchannelCountedChecks } from './backchannel-checks.ts';
import { clientChecks } from './client.ts';
import { deviceAuthorizationChecks } from './device-authorization-checks.ts';
import type { DirectFacts } from './direct-request.ts';
import { proofCheck } from './dpop.ts';
import { type EndSessionFacts, endSessionChecks, type LogoutFacts, silentLogoutChecks } from './end-session-checks.ts';
import { type HubApiFacts, hubApiChecks } from './hub-api-checks.ts';
import { type ActiveFacts, activeChecks, type IntrospectFacts, introspectChecks } from './introspect-checks.ts';
import { type OwnKeysFacts, ownKeysChecks } from './own-keys-checks.ts';
import { parameterChecks } from './parameters.ts';
import {
  clientIdCheck,
  notNestedCheck,
  pushedOnlyCheck,
  requestContentChecks,
  requestOriginChecks,
} from './request-checks.ts';
import type { RequestFacts } from './request-facts.ts';
import { type RevokeFacts, revokeChecks } from './revoke-checks.ts';
import { type TokenFacts, tokenChecks } from './token-checks.ts';
import { type UserinfoFacts, userinfoChecks } from './userinfo-checks.ts';

export interface OidcChecks {
  /** APIs of the hub itself. */
  readonly hubApi: readonly Check<HubApiFacts>[];
  /** Pushed requests: form, client, proof, then the request as through the browser. */
  readonly push: readonly Check<DirectFacts>[];
  /** Authorization endpoint; a refusal is a page. */
  readonly authorize: readonly Check<AuthorizeFacts>[];
  /** Plain parameters at the authorization endpoint, before and after the redirect URI is known to be good. */
  readonly requestOrigin: readonly Check<RequestFacts>[];
  readonly requestContent: readonly Check<RequestFacts>[];
  /** What the login must be like before a code is issued. */
  readonly codeIssue: readonly Check<CodeIssueFacts>[];
  /** Token endpoint: what all grants begin with, and then each grant's own. */
  readonly token: readonly Check<TokenFacts>[];
  readonly redemption: readonly Check<RedemptionFacts>[];
  readonly renewal: readonly Check<RenewalFacts>[];
  readonly renewed: readonly Check<RenewedFacts>[];
  readonly machine: readonly Check<MachineGrantFacts>[];
  /** Token exchange: the ticket and what is asked, then card, policy and person as they are now. */
  readonly exchange: readonly Check<ExchangeFacts>[];
  readonly exchanged: readonly Check<ExchangedFacts>[];
  /** Devices: their request, the code that a person types, and the device's polls. */
  readonly deviceAuthorization: readonly Check<DirectFacts>[];
  readonly userCode: readonly Check<UserCodeFacts>[];
  readonly deviceRedemption: readonly Check<PollFacts>[];
  /** Through the back channel: the request, how many there are, which a person may answer, and the polls. */
  readonly backchannelAuthentication: readonly Check<DirectFacts>[];
  readonly backchannelCounted: readonly Check<BackchannelCounted>[];
  readonly askedPerson: readonly Check<AskedPersonFacts>[];
  readonly backchannelRedemption: readonly Check<PollFacts>[];
  /** A poll of either that would get tickets: assignment and policy as they are now. */
  readonly waited: readonly Check<WaitedFacts>[];
  readonly userinfo: readonly Check<UserinfoFacts>[];
  readonly introspect: readonly Check<IntrospectFacts>[];
  /** When a token is active; a refusal is `active: false`. */
  readonly active: readonly Check<ActiveFacts>[];
  readonly revoke: readonly Check<RevokeFacts>[];
  /** Logout by an application; a refusal is a page. */
  readonly endSession: readonly Check<EndSessionFacts>[];
  /** An application's own ticket at an address beside the issuers'. */
  /** An application's own keys: the ticket, then what it asks. */
  readonly clientKeys: readonly Check<OwnKeysFacts>[];
  readonly newKey: readonly Check<NewKeyFacts>[];
  readonly keyRemoval: readonly Check<KeyRemovalFacts>[];
  /** Drafts of clients that a client system sends. */
  readonly clientDraft: readonly Check<DraftFacts>[];
  /** When the person need not be asked. */
  readonly silentLogout: readonly Check<LogoutFacts>[];
}

const ofRequest = <Facts>(checks: readonly Check<Facts>[]): readonly Check<{ readonly request: Facts }>[] =>
  checks.map(({ name, clause, test }) => ({ name, clause, test: ({ request }) => test(request) }));

export const oidcChecks: OidcChecks = {
  hubApi: hubApiChecks,
  push: [
    ...parameterChecks,
    ...clientChecks,
    proofCheck,
    ...ofRequest([notNestedCheck]),
    ...ofRequest(requestOriginChecks),
    ...ofRequest([clientIdCheck]),
    ...ofRequest(requestContentChecks),
  ],
  authorize: authorizeChecks,
  requestOrigin: requestOriginChecks,
  requestContent: [pushedOnlyCheck, ...requestContentChecks],
  codeIssue: codeIssueChecks,
  token: tokenChecks,
  redemption: redemptionChecks,
  renewal: renewalChecks,
  renewed: renewedChecks,
  machine: machineGrantChecks,
  exchange: exchangeChecks,
  exchanged: exchangedChecks,
  deviceAuthorization: deviceAuthorizationChecks,
  userCode: userCodeChecks,
  deviceRedemption: deviceRedemptionChecks,
  backchannelAuthentication: backchannelChecks,
  backchannelCounted: backchannelCountedChecks,
  askedPerson: askedPersonChecks,
  backchannelRedemption: backchannelRedemptionChecks,
  waited: waitedChecks,
  userinfo: userinfoChecks,
  introspect: introspectChecks,
  active: activeChecks,
  revoke: revokeChecks,
  endSession: endSessionChecks,
  clientKeys: ownKeysChecks,
  newKey: newKeyChecks,
  keyRemoval: keyRemovalChecks,
  clientDraft: clientDraftChecks,
  silentLogout: silentLogoutChecks,
};
