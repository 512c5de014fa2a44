// What a believed logout request is held against: it must be about a session that the application knows by us.
import { type LogoutRequest, statusCodes } from '../../../base/saml/index.ts';
import type { Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import type { Session, SessionReach } from '../../../core/sessions/index.ts';
import type { StatusCheck } from './checks.ts';
import { isToldName, toldName } from './told-name.ts';

export interface LogoutFacts {
  readonly request: LogoutRequest;
  readonly issuer: Issuer;
  readonly application: SamlApplication;
  /** The session that it names by its index, or else that of the browser that brought it. */
  readonly session: Session | undefined;
  /** How that session reached the application, if it did. */
  readonly reach: SessionReach | undefined;
}

const status = { code: statusCodes.requester, second: statusCodes.unknownPrincipal };

export const logoutChecks: readonly StatusCheck<LogoutFacts>[] = [
  {
    name: 'logout.session',
    clause: 'SAML Core 3.7.1 SessionIndex',
    status,
    test: ({ session }) => (session === undefined ? 'no session by this index or in this browser' : undefined),
  },
  {
    name: 'logout.reached',
    clause: 'SAML Profiles 4.4.4.1: of a participant of the session',
    status,
    test: ({ reach }) => (reach === undefined ? 'a session that did not reach the application' : undefined),
  },
  {
    name: 'logout.name',
    clause: 'SAML Core 3.7.3.2, 3.3.4: the principal must match',
    status,
    test: ({ request, issuer, application, reach }) => {
      const told = reach && toldName(reach.subject);
      return told !== undefined && isToldName(request.nameId, told, issuer, application)
        ? undefined
        : 'another name than the application was told';
    },
  },
];
