// What a request through the back channel must be like (CIBA Core 7.1): as a device's, and it names one person.
import { profileOf } from '../../../core/catalogue/index.ts';
import { backchannelGrant, type Check, mostWaiting, refuseIf, scopesOf } from '../../../core/grants/index.ts';
import type { DirectFacts } from './direct-request.ts';
import { waitingRequestChecks } from './waiting-request.ts';

const hints = ['login_hint', 'id_token_hint', 'login_hint_token'] as const;

/**
 * What people can compare on two screens: one line of letters, figures and signs, nothing that is not seen, and no heap
 * of marks that would cover what stands above it.
 */
const messageForm = /^(?![ \p{M}])(?!.*\p{DI})(?!.*\p{M}{3})[\p{L}\p{M}\p{N}\p{P}\p{Sc}\p{Sm} ]{1,60}$/u;

export const backchannelChecks: readonly Check<DirectFacts>[] = [
  ...waitingRequestChecks('backchannel', backchannelGrant, 'CIBA Core 7.1'),
  {
    name: 'backchannel.object',
    clause: 'CIBA Core 7.1.1 (jti is required: a request object counts once)',
    test: ({ request }) => {
      const verdict = request.object();
      return refuseIf(
        verdict?.ok === true && verdict.singleUse === undefined,
        'invalid_request_object',
        'the request object must have jti and exp',
      );
    },
  },
  {
    name: 'backchannel.openid',
    clause: 'CIBA Core 7.1 (scope)',
    test: ({ request }) =>
      refuseIf(!scopesOf(request.get('scope')).includes('openid'), 'invalid_scope', 'scope must contain openid'),
  },
  {
    name: 'backchannel.hintToken',
    clause: 'CIBA Core 7.1 (login_hint_token)',
    test: ({ request }) =>
      refuseIf(
        request.get('login_hint_token') !== undefined,
        'invalid_request',
        'login_hint_token is not supported; send login_hint or id_token_hint',
      ),
  },
  {
    name: 'backchannel.oneHint',
    clause: 'CIBA Core 7.1 (one, and only one, of the hints)',
    test: ({ request }) =>
      refuseIf(
        hints.filter((name) => request.get(name) !== undefined).length !== 1,
        'invalid_request',
        'send exactly one of login_hint and id_token_hint',
      ),
  },
  {
    name: 'backchannel.message',
    clause: 'CIBA Core 7.1, 13 (binding_message: short, plain text)',
    test: ({ request }) =>
      refuseIf(
        !messageForm.test(request.get('binding_message') ?? '-'),
        'invalid_binding_message',
        'binding_message must be one line of at most 60 letters, figures, spaces and punctuation marks',
      ),
  },
  {
    name: 'backchannel.context',
    clause: 'FAPI-CIBA 5.2.2 clause 2 (a request that the person can tell from another)',
    test: ({ client, request }) =>
      refuseIf(
        profileOf(client.application).bindingMessage && request.get('binding_message') === undefined,
        'invalid_binding_message',
        'send a binding_message, and show the same in the program',
      ),
  },
  {
    name: 'backchannel.expiry',
    clause: 'CIBA Core 7.1 (requested_expiry)',
    test: ({ request }) =>
      refuseIf(
        !/^[1-9]\d{0,8}$/.test(request.get('requested_expiry') ?? '1'),
        'invalid_request',
        'requested_expiry must be a positive number of seconds',
      ),
  },
];

/** What is looked up for a client that proved who it is. */
export interface BackchannelCounted {
  /** Requests of late of this client for this person, without those that got a yes. */
  readonly before: number;
}

export const backchannelCountedChecks: readonly Check<BackchannelCounted>[] = [
  {
    name: 'backchannel.few',
    clause: 'CIBA Core 14 (nobody is worn out by requests)',
    test: ({ before }) =>
      refuseIf(
        before >= mostWaiting,
        'access_denied',
        'the person has that many requests of the application already; wait until they are answered or old',
      ),
  },
];
