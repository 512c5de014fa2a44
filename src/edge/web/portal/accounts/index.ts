// Public face of the pages of accounts in other systems: their routes, and what they need.
import type { Route } from '../../../../base/http/index.ts';
import { maxBodyBytes } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { accountPage, takeAccountStep } from './account-page.ts';
import { accountsPage } from './list-page.ts';
import { accountsPath, rulesPath } from './parts.ts';
import { ruleFormLimits, rulesPage, tryRule } from './rules-page.ts';

export { directoryPage } from './directory-page.ts';
export { accountsNote, ownAccounts } from './list-page.ts';
export { accountBack, directoryPath } from './parts.ts';
export * from './ports.ts';

export function accountRoutes(ports: PortalPorts): readonly Route[] {
  const desk = ports.accounts;
  return [
    { method: 'GET', path: accountsPath, handle: (request) => accountsPage(ports, desk, request) },
    { method: 'GET', path: rulesPath, handle: (request) => rulesPage(ports, desk, request) },
    {
      method: 'POST',
      path: rulesPath,
      maxBodyBytes: ruleFormLimits.maxBytes,
      handle: (request) => tryRule(ports, desk, request),
    },
    { method: 'GET', path: '/accounts/account/:id', handle: (request) => accountPage(ports, desk, request) },
    {
      method: 'POST',
      path: '/accounts/account/:id',
      maxBodyBytes,
      handle: (request) => takeAccountStep(ports, desk, request),
    },
  ];
}
