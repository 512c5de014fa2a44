// Wires the reports of use: who calls, the tickets that they name, and the trail.
import type pg from 'pg';
import type { Keyring } from '../../base/sealing/index.ts';
import { usageScope } from '../../core/catalogue/index.ts';
import type { OidcFrontend } from '../../edge/frontends/oidc/index.ts';
import { issuedTickets, keepUsage } from '../../edge/store/hub/usage-events.ts';
import { usageSubject } from '../../edge/store/hub/usage-subject.ts';
import type { UsagePorts } from '../../edge/web/usage-api/index.ts';
import type { Core } from './compose.ts';

export function usagePorts(given: {
  readonly pool: pg.Pool;
  readonly core: Pick<Core, 'clock' | 'catalogue'>;
  readonly guard: OidcFrontend['hubApi'];
  readonly keyring: Keyring;
  readonly origin: string;
}): UsagePorts {
  const { pool, core } = given;
  return {
    clock: core.clock,
    async caller(request) {
      const found = await given.guard(request, { scopes: [usageScope], machine: true, origin: given.origin });
      if (!found.ok) return found;
      const { client: application } = found.caller;
      const { apis, clients } = core.catalogue.snapshot();
      const audiences = clients.get(application)?.introspects.flatMap((api) => apis.get(api)?.audience ?? []) ?? [];
      return { ok: true, reporter: { application, audiences }, headers: found.headers };
    },
    tickets: (ids) => issuedTickets(pool, ids),
    keep: (...what) => keepUsage(pool, ...what),
    subjectOf: usageSubject(given.keyring),
  };
}
