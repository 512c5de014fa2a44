// Who may revoke what.
import { type Check, refuseIf } from '../../../core/grants/index.ts';
import { clientChecks, type WithClient } from './client.ts';
import { type ParameterFacts, parameterChecks } from './parameters.ts';

export interface RevokeFacts extends ParameterFacts, WithClient {
  /** The client that the token was issued to; undefined for a token that we do not know (any more). */
  readonly holder: string | undefined;
}

export const revokeChecks: readonly Check<RevokeFacts>[] = [
  ...parameterChecks,
  ...clientChecks,
  {
    name: 'revoke.token',
    clause: 'RFC 7009 2.1',
    test: ({ parameters }) => refuseIf(parameters.get('token') === undefined, 'invalid_request', 'token is missing'),
  },
  {
    name: 'revoke.own',
    clause: 'RFC 7009 2.1 (issued to the client that asks)',
    test: ({ client, holder }) =>
      refuseIf(
        holder !== undefined && holder !== client.application?.id,
        'unauthorized_client',
        'the token was issued to another client',
      ),
  },
];
