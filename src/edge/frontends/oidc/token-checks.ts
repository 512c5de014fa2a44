// What every call of the token endpoint is judged by, before its grant is.
import { type GrantType, grantTypes } from '../../../core/catalogue/index.ts';
import { type Check, refuseIf } from '../../../core/grants/index.ts';
import { clientChecks, type WithClient } from './client.ts';
import { proofCheck, proofRequiredCheck, type WithDpop } from './dpop.ts';
import { type ParameterFacts, parameterChecks } from './parameters.ts';

export type TokenFacts = ParameterFacts & WithClient & WithDpop;

export const tokenChecks: readonly Check<TokenFacts>[] = [
  ...parameterChecks,
  ...clientChecks,
  {
    name: 'token.grantType',
    clause: 'RFC 6749 5.2',
    test: ({ parameters }) => {
      const asked = parameters.get('grant_type');
      if (asked === undefined) return { error: 'invalid_request', description: 'grant_type is missing' };
      return refuseIf(
        !(grantTypes as readonly string[]).includes(asked),
        'unsupported_grant_type',
        `grant_type must be one of ${grantTypes.join(', ')}`,
      );
    },
  },
  {
    name: 'token.grantAllowed',
    clause: 'RFC 6749 5.2; a grant that the application does not have is refused (O9)',
    test: ({ parameters, client }) =>
      refuseIf(
        client.application?.grants.includes(parameters.get('grant_type') as GrantType) !== true,
        'unauthorized_client',
        'the application is not registered for this grant_type',
      ),
  },
  proofRequiredCheck,
  proofCheck,
];
