// What the request of a device must be like (RFC 8628 3.1): as a pushed one, but for what has to do with a redirect.
import { deviceGrant } from '../../../core/grants/index.ts';
import { clientIdCheck } from './request-checks.ts';
import { ofRequest, waitingRequestChecks } from './waiting-request.ts';

export const deviceAuthorizationChecks = waitingRequestChecks('device', deviceGrant, 'RFC 8628 3.1').concat(
  ofRequest([clientIdCheck]),
);
