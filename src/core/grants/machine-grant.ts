// A ticket for an application that acts as itself (client_credentials): scopes, audience, and policy's yes.
import type { Application, CatalogueSnapshot } from '../catalogue/index.ts';
import { isMachinePermit, type MachineDecision } from '../policy/index.ts';
import { apisOf, chosenApi, isIdentityScope, scopeRefusal, scopesOf } from './audience.ts';
import { type Check, refuseIf } from './check.ts';

export interface MachineGrantFacts {
  readonly application: Application;
  readonly catalogue: CatalogueSnapshot;
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  readonly decision: MachineDecision;
}

export const machineGrantChecks: readonly Check<MachineGrantFacts>[] = [
  {
    name: 'machine.oneResource',
    clause: 'RFC 8707 2 (one audience a token)',
    test: ({ resources }) => refuseIf(resources.length > 1, 'invalid_target', 'ask for one resource at a time'),
  },
  {
    name: 'machine.scope',
    clause: 'RFC 6749 4.4.2 and 3.3; RFC 8707 2',
    test: ({ application, catalogue, scope, resources }) =>
      scopeRefusal(application, catalogue, scopesOf(scope), resources[0]),
  },
  {
    name: 'machine.noPerson',
    clause: 'OIDC Core 3.1.2.1 (openid asks for a login); RFC 6749 4.4.3',
    test: ({ scope, catalogue }) =>
      refuseIf(
        scopesOf(scope).some((each) => isIdentityScope(each, catalogue)),
        'invalid_scope',
        'openid and other scopes about a person need a login; ask for scopes of the API alone',
      ),
  },
  {
    name: 'machine.api',
    clause: 'RFC 9068 3 (a token has an audience)',
    test: ({ application, catalogue }) =>
      refuseIf(
        apisOf(application, catalogue).length === 0,
        'invalid_target',
        'the application is not registered for any API',
      ),
  },
  {
    name: 'machine.permit',
    clause: 'no ticket without a Permit',
    test: ({ decision }) =>
      refuseIf(
        decision.kind !== 'permit' || !isMachinePermit(decision.permit),
        'unauthorized_client',
        'a rule of the service refuses this application now; the reference tells which',
      ),
  },
];

/** What the machine gets: the scopes asked for, or all of the API's that it is registered for; and the one audience. */
export function machineScope({ application, catalogue, scope, resources }: MachineGrantFacts): {
  readonly scope: readonly string[];
  readonly audience: string | undefined;
} {
  const asked = scopesOf(scope);
  const api = chosenApi(application, catalogue, asked, resources[0]);
  if (asked.length > 0) return { scope: asked, audience: api?.audience };
  const all = application.scopes.filter(
    (each) => !isIdentityScope(each, catalogue) && api?.scopes.includes(each) === true,
  );
  return { scope: all, audience: api?.audience };
}
