// Wires the hub's own pages: start page, own sessions, logout, and the demo's "this is a laptop" switch.
import { join } from 'node:path';
import type pg from 'pg';
import { hostCookie, type Route } from '../../base/http/index.ts';
import { newId, newToken, tokenHash } from '../../base/ids.ts';
import type { Keyring } from '../../base/sealing/index.ts';
import type { CatalogueSnapshot } from '../../core/catalogue/index.ts';
import { type Committer, recordOnly } from '../../core/commit/index.ts';
import { isPersonalNumberNamespace, type PersonReader, shownName } from '../../core/directory/index.ts';
import { newsDays } from '../../core/linking/index.ts';
import type { CertificateIssuer } from '../../core/ordering/index.ts';
import { deviceFacts, networkFinderOf } from '../../core/policy/index.ts';
import { logoutUrl, registeredTarget } from '../../edge/frontends/oidc/index.ts';
import { ownLogoutTarget, startUrl } from '../../edge/frontends/saml/index.ts';
import { deviceStore } from '../../edge/store/hub/device.ts';
import { directoryReader } from '../../edge/store/hub/directory.ts';
import { identityLinks, lastUsed } from '../../edge/store/hub/identity-links.ts';
import { ownHistory } from '../../edge/store/hub/own-history.ts';
import { deviceApiRoutes } from '../../edge/web/device-api/index.ts';
import { deviceCookieName } from '../../edge/web/login/index.ts';
import { type DeviceSwitch, type PortalPorts, portalLogin, portalRoutes } from '../../edge/web/portal/index.ts';
import { accountDesk } from './accounts/account-desk.ts';
import { demoDirectory } from './accounts/demo-directory.ts';
import { driftDesk } from './accounts/drift-desk.ts';
import { leftOpen } from './accounts/left-open.ts';
import type { AccountTargets } from './accounts/targets.ts';
import { brakeDesk } from './brake/brake-desk.ts';
import { clientDrafts } from './client-drafts.ts';
import type { Core } from './compose.ts';
import { cutoffDesk } from './cutoffs/cutoff-desk.ts';
import { demoCardRoute } from './demo-cards.ts';
import { demoTrail } from './demo-trail.ts';
import { cardDesk } from './ordering/card-desk.ts';
import type { DeviceDeskParts } from './ordering/device-facts.ts';
import { deviceRequests } from './ordering/device-requests.ts';
import { enrolledDevices } from './ordering/enrolled-devices.ts';
import { renewalDesk } from './ordering/renewal-desk.ts';
import { ownUpstreamTarget } from './saml-logout.ts';
import { type DemoPlaces, startContent } from './start-content.ts';
import { trailDesk } from './trail/trail-desk.ts';
import { upstreamLogoutsOf } from './upstream-logouts.ts';
import type { PortalParts } from './web.ts';

const yearSeconds = 365 * 24 * 3600;

/** Enrols this browser as a device of the chosen kind: in the demo anybody may, elsewhere only an administrator does. */
function demoDevice(
  pool: pg.Pool,
  commit: Committer,
  clock: () => number,
  catalogue: () => CatalogueSnapshot,
): DeviceSwitch {
  const devices = deviceStore(pool);
  return {
    async kindOf(browser) {
      const enrolled = browser.device === undefined ? undefined : await devices.kindOf(tokenHash(browser.device));
      const { device, deviceSource } = deviceFacts(enrolled, browser.ip, networkFinderOf(catalogue()));
      return { kind: device, by: deviceSource };
    },
    async set(_browser, kind) {
      const now = clock();
      const secret = newToken();
      const id = newId(now);
      await commit({
        claims: [],
        writes: [
          {
            kind: 'device.save',
            entity: `device ${id}`,
            row: {
              id,
              secretHash: tokenHash(secret),
              kind,
              name: 'Demo browser',
              setBy: 'demo',
              setAt: now,
              closed: false,
            },
          },
        ],
        ifWon: [{ kind: 'admin.deviceSet', at: now, outcome: 'ok', body: { device: id, kind, by: 'demo switch' } }],
        ifLost: [],
      });
      return [hostCookie(deviceCookieName, secret, yearSeconds)];
    },
  };
}

const firstIssuer = (core: Core): string => core.catalogue.snapshot().issuers.keys().next().value ?? '';

/** Logins of one's own: read from the store, changed by the dispatcher. */
function ownLoginPorts(
  core: Core,
  pool: pg.Pool,
  login: PortalParts['login'],
): Pick<PortalPorts, 'ownLogins' | 'addLogin' | 'removeLogin'> {
  const links = identityLinks(pool);
  return {
    async ownLogins(person) {
      const since = core.clock() - newsDays * 24 * 3_600_000;
      const [all, used] = await Promise.all([links.ofPerson(person, since), lastUsed(pool, person)]);
      return all.map(({ lookup, ...link }) => ({
        ...link,
        ...(isPersonalNumberNamespace(link.namespace) ? {} : { value: lookup }),
        usedAt: used.get(link.id),
      }));
    },
    async addLogin(request, provider) {
      const given = { issuer: firstIssuer(core), provider, back: '/portal' };
      const done = await core.dispatcher.addLogin(given, login.browserOf(request));
      return done.kind === 'proveFirst' || done.kind === 'problem' ? done : await login.turnAnswer(done);
    },
    removeLogin: (request, link) => core.dispatcher.removeLogin(link, login.browserOf(request)),
  };
}

/** The routes. `trustPem` is the authority behind our own test certificates; absent when real ones are configured. */
export function wirePortal(given: {
  core: Core;
  pool: pg.Pool;
  seals: Keyring;
  people: PersonReader;
  demo: DemoPlaces | undefined;
  trustPem: string | undefined;
  progress: PortalPorts['logoutProgress'];
  timeZone: string;
  /** The own authority, where there is one. */
  issuer: CertificateIssuer | undefined;
  targets: AccountTargets;
}): (parts: PortalParts) => readonly Route[] {
  const { core, pool, people, trustPem } = given;
  const history = ownHistory(pool);
  const { organisations } = directoryReader(pool);
  const drafts = clientDrafts({
    pool,
    catalogue: core.catalogue,
    clock: core.clock,
  });
  const desk: DeviceDeskParts = {
    pool,
    catalogue: core.catalogue.snapshot,
    clock: core.clock,
    audience: new URL(core.hubUrl).origin,
    standings: core.cards.derived,
    work: { pool, clock: core.clock, catalogue: core.catalogue.snapshot, issuer: given.issuer },
  };
  return ({ login, brand, forget, devices, backchannel }) => [
    ...deviceApiRoutes(deviceRequests(desk)),
    ...portalRoutes({
      frame: login.frame,
      showFailure: login.showFailure,
      brand,
      demo: () => core.catalogue.snapshot().settings.demo,
      catalogue: core.catalogue.snapshot,
      origin: login.origin,
      csrfKey: login.csrfKey,
      clock: core.clock,
      timeZone: given.timeZone,
      browserOf: login.browserOf,
      sessions: core.sessions,
      personName: async (id) => {
        const facts = await people.facts(id);
        return facts && shownName(facts.person);
      },
      startLogin: async (request, back, proof) =>
        await login.turnAnswer(
          await core.dispatcher.start(portalLogin(firstIssuer(core), back, proof), login.browserOf(request)),
        ),
      ...ownLoginPorts(core, pool, login),
      recentLogins: history.recentLogins,
      logoutProgress: given.progress,
      leftOpen: leftOpen({ ...core, people, catalogue: core.catalogue.snapshot, standing: core.accounts.standing }),
      upstreamLogouts: upstreamLogoutsOf(core),
      passedOn: async (session, provider, step) => {
        const at = core.clock();
        const record = {
          kind: 'session.logoutPassedOn',
          at,
          outcome: 'ok',
          session,
          body: { provider, step },
        } as const;
        await core.committer.commit(recordOnly([record]));
      },
      logoutTarget: (fields) => {
        const [application, uri] = [fields.get('application'), fields.get('uri')];
        const [provider, passed] = [fields.get('provider'), fields.get('passed')];
        if (uri === undefined) return undefined;
        /** Our own addresses of SAML, which answer by what providers said. */
        const own = (target: string | undefined) =>
          target && (passed === undefined ? target : `${target}&${new URLSearchParams({ passed })}`);
        if (provider !== undefined) return own(ownUpstreamTarget({ ...core, seals: given.seals }, { provider, uri }));
        if (application === undefined) return undefined;
        const catalogue = core.catalogue.snapshot();
        const target = registeredTarget(catalogue, { application, uri, state: fields.get('state') });
        if (target !== undefined) return logoutUrl(target);
        return own(ownLogoutTarget(given.seals, catalogue, { application, uri }, core.clock()));
      },
      startUrl: (id) => startUrl(core.catalogue.snapshot(), id),
      forget,
      devices,
      requests: backchannel,
      organisationName: async (id) => (await organisations()).find((one) => one.id === id)?.name,
      drafts,
      held: brakeDesk({ pool, clock: core.clock }),
      accounts: accountDesk({
        pool,
        catalogue: core.catalogue.snapshot,
        clock: core.clock,
        port: given.targets.port,
      }),
      drift: driftDesk({ pool, clock: core.clock, seals: given.seals, catalogue: core.catalogue.snapshot }),
      cutoffs: cutoffDesk({ pool, people, catalogue: core.catalogue.snapshot, clock: core.clock }),
      audit: trailDesk({ pool, clock: core.clock, seals: given.seals, catalogue: core.catalogue.snapshot }),
      cards: cardDesk({ pool, catalogue: core.catalogue.snapshot, clock: core.clock }),
      renewals: renewalDesk({ pool, catalogue: core.catalogue.snapshot, clock: core.clock }),
      enrolled: enrolledDevices({ ...desk, random: core.random }),
      startContent: () => startContent(given.demo, trustPem),
      ...(given.demo
        ? {
            device: demoDevice(pool, core.committer.commit, core.clock, core.catalogue.snapshot),
            directory: demoDirectory(core.catalogue.snapshot, given.targets.port),
            trail: demoTrail({ pool, people, commit: core.committer.commit, clock: core.clock }),
          }
        : {}),
    }),
    ...(given.demo ? [demoCardRoute(join(given.demo.folder, 'cards'))] : []),
    ...(trustPem === undefined
      ? []
      : [
          {
            method: 'GET',
            path: '/trust.pem',
            handle: () => ({
              status: 200,
              headers: {
                'content-type': 'application/x-pem-file',
                'content-disposition': 'attachment; filename="tillit-test-ca.pem"',
              },
              body: trustPem,
            }),
          } satisfies Route,
        ]),
  ];
}
