// The routes of the pages about ways to log in that end.
import type { Route } from '../../../../base/http/index.ts';
import type { PortalPorts } from '../ports.ts';
import { howToPage, howToPath } from './how-to-page.ts';
import { systemsPage, systemsPath } from './systems-page.ts';

/** Addresses of these pages that a login goes back to. */
export const cutoffBack = /^\/(?:systems|how-to-log-in)$/;

export const cutoffRoutes = (ports: PortalPorts): readonly Route[] => [
  { method: 'GET', path: systemsPath, handle: (request) => systemsPage(ports, request) },
  { method: 'GET', path: howToPath, handle: (request) => howToPage(ports, request) },
];
