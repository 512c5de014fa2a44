// A ticket for an application that acts as itself (client_credentials): scopes, audience, and policy's yes.
import {
  type Api,
  approves,
  type CatalogueSnapshot,
  hubMachineScopes,
  mayRotateKeys,
  type OidcApplication,
  ownKeyScopes,
  usageScope,
} from '../catalogue/index.ts';
import { isMachinePermit, type MachineDecision } from '../policy/index.ts';
import { isIdentityScope, scopeRefusal, scopesOf, wantedApis } from './audience.ts';
import { type Check, refuseIf } from './check.ts';
import { lacksKey, lacksKeyText } from './resource.ts';

export interface MachineGrantFacts {
  readonly application: OidcApplication;
  readonly catalogue: CatalogueSnapshot;
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  /** Thumbprint of the key of the request's DPoP proof. */
  readonly jkt: string | undefined;
  readonly decision: MachineDecision;
}

type Asked = Omit<MachineGrantFacts, 'decision'>;

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
      scopeRefusal(application, catalogue, scopesOf(scope), resources),
  },
  {
    name: 'machine.noPerson',
    clause: 'OIDC Core 3.1.2.1 (openid asks for a login); RFC 6749 4.4.3',
    test: ({ scope, catalogue }) =>
      refuseIf(
        scopesOf(scope).some((each) => isIdentityScope(each, catalogue) && !hubMachineScopes.includes(each)),
        'invalid_scope',
        'openid and other scopes about a person need a login; ask for scopes of the API alone',
      ),
  },
  {
    name: 'machine.api',
    clause: 'RFC 9068 3 (a token has an audience)',
    test: (facts) =>
      refuseIf(
        machineTarget(facts) === undefined && !asksForHub(facts.scope),
        'invalid_target',
        'the application is not registered for any API, or the owner of none has approved it',
      ),
  },
  {
    name: 'machine.bound',
    clause: 'RFC 9449 5; N5 (the API takes bound tokens alone)',
    test: (facts) => refuseIf(lacksKey(machineTarget(facts), facts.jkt), 'invalid_dpop_proof', lacksKeyText),
  },
  {
    name: 'machine.ownKeys',
    clause: 'RFC 8707 2 (one audience a token: a ticket for the own keys is for the hub alone)',
    test: ({ application, scope, resources }) =>
      refuseIf(
        asksForOwnKeys(scope) &&
          (!mayRotateKeys(application) ||
            resources.length > 0 ||
            scopesOf(scope).some((each) => !ownKeyScopes.includes(each))),
        'invalid_scope',
        `ask for ${ownKeyScopes[0]} in a request of its own, without resource; keys behind jwks_uri are changed there`,
      ),
  },
  {
    name: 'machine.usage',
    clause: 'RFC 8707 2 (one audience a token: a ticket to report use is for the hub alone)',
    test: ({ scope, resources }) =>
      refuseIf(
        scopesOf(scope).includes(usageScope) &&
          (resources.length > 0 || scopesOf(scope).some((each) => each !== usageScope)),
        'invalid_scope',
        `ask for ${usageScope} in a request of its own, without resource`,
      ),
  },
  {
    name: 'machine.permit',
    clause: 'no ticket without a Permit, and that is for this API (N5)',
    test: ({ decision, ...facts }) =>
      refuseIf(
        decision.kind !== 'permit' ||
          !isMachinePermit(decision.permit) ||
          // A ticket for the hub itself is for no API.
          (!asksForHub(facts.scope) && !decision.permit.apis.includes(machineTarget(facts)?.id ?? '')),
        'unauthorized_client',
        decision.kind === 'deny' && decision.rules.length > 0
          ? `refused by ${decision.rules.join(' ')}`
          : 'the application is closed',
      ),
  },
];

const asksForOwnKeys = (scope: string | undefined): boolean =>
  scopesOf(scope).some((each) => ownKeyScopes.includes(each));

const asksForHub = (scope: string | undefined): boolean =>
  scopesOf(scope).some((each) => hubMachineScopes.includes(each));

/** The one API of the ticket; none for a ticket that is for the hub itself. */
export const machineTarget = ({ application, catalogue, scope, resources }: Asked): Api | undefined =>
  asksForHub(scope) ? undefined : wantedApis(application, catalogue, scopesOf(scope), resources)[0];

/** What the machine gets: the scopes asked for, or all of the API's that it is registered and approved for. */
export function machineScope(facts: Asked): readonly string[] {
  const { application, catalogue, scope } = facts;
  const asked = scopesOf(scope);
  const api = machineTarget(facts);
  if (asked.length > 0) return asked;
  return application.scopes.filter(
    (each) =>
      !isIdentityScope(each, catalogue) && api?.scopes.includes(each) === true && approves(api, application.id, each),
  );
}
