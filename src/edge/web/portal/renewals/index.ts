// Public face of the pages of renewals: their routes, and what they need.
import type { Route } from '../../../../base/http/index.ts';
import { renewalsPath } from '../cards/parts.ts';
import { maxBodyBytes } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { draftForm, renewalsPage } from './choose-page.ts';
import { renewalForm, renewalPage } from './renewal-page.ts';

export type * from './ports.ts';

export function renewalRoutes(ports: PortalPorts): readonly Route[] {
  const one = `${renewalsPath}/:id`;
  return [
    { method: 'GET', path: renewalsPath, handle: (request) => renewalsPage(ports, request) },
    { method: 'POST', path: renewalsPath, maxBodyBytes, handle: (request) => draftForm(ports, request) },
    { method: 'GET', path: one, handle: (request) => renewalPage(ports, request) },
    { method: 'POST', path: one, maxBodyBytes, handle: (request) => renewalForm(ports, request) },
  ];
}
