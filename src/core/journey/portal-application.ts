// The hub's own pages as an application: what a person needs to log in to see the list of own sessions.
import type { Application } from '../catalogue/snapshot.ts';
import type { LoginRequest } from './journey.ts';

/** Used for `frontend: 'portal'` when the catalogue has no application of that id. */
export const portalApplication = (request: LoginRequest): Application => ({
  id: request.application,
  issuer: request.issuer,
  name: { en: 'Own pages', sv: 'Egna sidor', nb: 'Egne sider', nn: 'Eigne sider', nl: 'Eigen pagina’s' },
  closed: false,
  minimumAssurance: 'low',
  requireAssignment: false,
});
