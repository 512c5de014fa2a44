// What goes on beside the requests, each with its pace.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Keyring } from '../../base/sealing/index.ts';
import { defaultRetention } from '../../core/audit/index.ts';
import { holds } from '../../core/directory/index.ts';
import type { CertificateIssuer, HolderNews } from '../../core/ordering/index.ts';
import { createOutboxRunner } from '../../core/outbox/index.ts';
import {
  endClosedPeople,
  endLeftAssignments,
  endMarkedAgain,
  endOverdue,
  endSessionsOf,
  leaveApplication,
} from '../../core/sessions/index.ts';
import { deliverBackchannelLogout } from '../../edge/frontends/oidc/index.ts';
import { deliverSamlLogout } from '../../edge/frontends/saml/index.ts';
import { boundedRequest } from '../../edge/outgoing/http/index.ts';
import { cardsOfAccount } from '../../edge/store/hub/account-cards.ts';
import { askForPerson } from '../../edge/store/hub/accounts.ts';
import { indexTrail } from '../../edge/store/hub/audit-index.ts';
import { inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { applyRetention } from '../../edge/store/hub/audit-retention.ts';
import { askAgain } from '../../edge/store/hub/card-requests.ts';
import { clientKeyStore } from '../../edge/store/hub/client-keys.ts';
import { endDerived } from '../../edge/store/hub/derived-steps.ts';
import { personReader } from '../../edge/store/hub/directory.ts';
import { expireHeld } from '../../edge/store/hub/held-changes.ts';
import { keepHouse } from '../../edge/store/hub/housekeeping.ts';
import { outboxStore } from '../../edge/store/hub/outbox.ts';
import type { LeaseHolder } from '../../edge/store/hub/outbox-holder.ts';
import { accountWork } from './accounts/account-work.ts';
import { checkCardsOfAccounts } from './accounts/check-cards.ts';
import { checkDueTargets } from './accounts/check-loop.ts';
import { orphanWork } from './accounts/orphan-work.ts';
import type { AccountTargets } from './accounts/targets.ts';
import { outgoingAuthorities } from './authorities.ts';
import type { Loop } from './background.ts';
import { carryOut } from './brake/carry-out.ts';
import { askAboutLicences, type LicencePace } from './brake/licences.ts';
import { endLostLicences, endMissingCommissions, endOldNames, endRunOutEmployments } from './brake/watch.ts';
import type { Core } from './compose.ts';
import { warnOfCutoffs } from './cutoffs/warn.ts';
import { announceFailingLists } from './failing-lists.ts';
import { metadataExpiring, type RefreshParts, refreshDue } from './metadata/index.ts';
import { cardLoops } from './ordering/card-loops.ts';
import { cardWork, endCardsOf } from './ordering/card-work.ts';
import { certificateIssuers } from './ordering/certificate-issuers.ts';
import { derivedWork } from './ordering/derived-work.ts';
import { withApplication } from './partners.ts';
import { syncDueFeeds } from './people/index.ts';
import { postXml } from './post-xml.ts';
import { makeDueKeys } from './signing.ts';
import { everythingExpiring, warnOfExpiry } from './warnings.ts';

export interface LoopParts {
  readonly core: Core;
  /** The catalogue has other issuers than before: their routes are to be served. */
  readonly issuersChanged: () => Promise<void>;
  readonly pool: pg.Pool;
  readonly seals: Keyring;
  readonly node: string;
  readonly holder: LeaseHolder;
  /** For the processes that refresh metadata: where they connect to, and when they are to end. */
  readonly refreshing: Pick<RefreshParts, 'connection' | 'signal'>;
  readonly trustPem: string | undefined;
  /** Name -> PEM of the listeners' certificates. */
  readonly listeners: Readonly<Record<string, string>>;
  /** How often holders of cards that end with a licence are looked up. */
  readonly licences: LicencePace;
  /** Signs the certificates of cards that are made here. */
  readonly issuer?: CertificateIssuer | undefined;
  readonly targets: AccountTargets;
  readonly log: Logger;
}

/** Everything that has an end, as it stands now. */
export async function expiringNow({ core, pool, listeners }: Pick<LoopParts, 'core' | 'pool' | 'listeners'>) {
  const own = everythingExpiring({
    snapshot: core.catalogue.snapshot(),
    cache: core.cards.cache,
    keys: core.keys.expiring(),
    registered: await clientKeyStore(pool).withEnd(core.clock()),
    listeners,
  });
  return [...own, ...(await metadataExpiring(pool))];
}

const feedFailed = (log: Logger) => (source: string, fault: string) =>
  log.warn({ source, fault }, 'a source of people was not read');

export function hubLoops(parts: LoopParts): readonly Loop[] {
  const { core, pool, log, seals } = parts;
  const { accounts, clock, committer } = core;
  const authorities = outgoingAuthorities(parts.trustPem);
  const queue = outboxStore(pool, parts.holder);
  const post = (uri: string, body: string, limits: { timeoutMs: number; maxBytes: number }) =>
    boundedRequest(uri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      authorities,
      ...limits,
    });
  const ports = {
    clock,
    random: core.random,
    catalogue: core.catalogue.snapshot,
    keys: core.keys,
    commit: committer.commit,
    post,
  };

  const { targets } = parts;
  const people = personReader(pool);
  const profiles = () => core.catalogue.snapshot().cardProfiles;
  const issuer = certificateIssuers({
    pool,
    keyring: seals,
    clock,
    records: () => core.catalogue.snapshot().certificateIssuers,
    own: parts.issuer,
    authorities,
  });
  const watched = { pool, clock, seals, profiles };

  const outbox = createOutboxRunner({
    queue,
    clock,
    workers: {
      backchannelLogout: async (delivery) => {
        const snapshot = core.catalogue.snapshot();
        const application = snapshot.samlApplications.get(String(delivery.payload['application']));
        const partner = application && (await core.partners.application(application));
        // It is told later, when its metadata is there again.
        if (partner?.ok === false) throw new Error(partner.because);
        const catalogue = () => (partner === undefined ? snapshot : withApplication(snapshot, partner.record));
        const done = await (partner === undefined
          ? deliverBackchannelLogout(delivery, ports)
          : deliverSamlLogout(delivery, { ...ports, catalogue, seals, post: postXml(authorities) }));
        if (done.kind === 'failed') throw new Error(done.because);
      },
      personClosed: async ({ payload }) => {
        const person = String(payload['person']);
        await endSessionsOf(core.sessionPorts, person, 'personClosed');
        await endCardsOf({ pool, clock, profiles }, person, 'employmentEnded');
        await inTransaction(pool, (client) => endDerived(client, { person }, 'personLeft', clock()));
        await askForPerson(pool, person, 'closed', clock());
      },
      personSplit: async ({ payload }) => {
        const person = String(payload['person']);
        await endSessionsOf(core.sessionPorts, person, 'identityRemoved');
        await askForPerson(pool, person, 'assignment', clock());
      },
      assignmentsEnded: async ({ payload }) => {
        const person = String(payload['person']);
        const gone = payload['assignments'] as readonly string[];
        const none =
          payload['lastToo'] === true && !(await people.facts(person))?.assignments.some((one) => holds(one, clock()));
        await endSessionsOf(core.sessionPorts, person, 'assignmentEnded', ({ assignment }) =>
          assignment === undefined ? none : gone.includes(assignment),
        );
        await askForPerson(pool, person, 'assignment', clock());
      },
      holderNews: async ({ payload }) => {
        for (const { what, organisations } of payload['news'] as readonly HolderNews[])
          await endCardsOf({ pool, clock, profiles }, String(payload['person']), what, organisations);
      },
      heldChange: ({ payload }) => carryOut({ pool, clock, seals }, String(payload['held'])),
      account: accountWork({
        store: accounts,
        people,
        snapshot: core.catalogue.snapshot,
        port: targets.port,
        cards: (target, person) => cardsOfAccount(pool, target, person),
        leave: (leaving) => leaveApplication(core.sessionPorts, leaving),
        clock,
      }),
      accountOrphan: orphanWork({ pool, snapshot: core.catalogue.snapshot, port: targets.port, clock }),
      upstreamLogout: ({ payload }) => endMarkedAgain(core.sessionPorts, payload),
      ...cardWork({
        pool,
        clock,
        profiles,
        sessions: core.sessionPorts,
        issuer,
      }),
      ...derivedWork({
        pool,
        clock,
        catalogue: core.catalogue.snapshot,
        sessions: core.sessionPorts,
        issuer: parts.issuer,
      }),
    },
    room: core.outboxWake.call,
    failed: (delivery, error, dead) =>
      log.warn({ message: delivery.id, kind: delivery.kind, error, dead }, 'an outbox message was not delivered'),
  });

  const issuers = () =>
    [...core.catalogue.snapshot().issuers.values()]
      .map(({ id, url }) => `${id} ${url}`)
      .sort()
      .join();
  let served = issuers();

  return [
    {
      name: 'issuers',
      everyMs: 1000,
      run: async () => {
        const now = issuers();
        if (now === served) return;
        await makeDueKeys(core);
        await parts.issuersChanged();
        served = now;
      },
    },
    {
      name: 'outbox',
      everyMs: 250,
      wake: core.outboxWake,
      run: outbox.round,
      settled: () => outbox.settled().finally(core.sources.close),
    },
    { name: 'sessions', everyMs: 15_000, run: () => endOverdue(core.sessionPorts) },
    { name: 'sessions of closed people', everyMs: 5000, run: () => endClosedPeople(core.sessionPorts) },
    { name: 'sessions of ended assignments', everyMs: 10_000, run: () => endLeftAssignments(core.sessionPorts) },
    {
      name: 'search of the trail',
      everyMs: 1000,
      run: () => indexTrail(pool),
    },
    {
      name: 'audit retention',
      everyMs: 3_600_000,
      run: () => applyRetention({ pool, clock, policy: defaultRetention }),
    },
    {
      name: 'licences',
      everyMs: 15_000,
      run: () => askAboutLicences({ pool, clock, profiles, ...core.registers, pace: parts.licences }),
    },
    { name: 'lost licences', everyMs: 5000, run: () => endLostLicences(watched) },
    { name: 'employments that ran out', everyMs: 15_000, run: () => endRunOutEmployments(watched) },
    { name: 'commissions that sources no longer give', everyMs: 2000, run: () => endMissingCommissions(watched) },
    { name: 'changes that sources tell of', everyMs: 2000, run: () => syncDueFeeds(core.feeds, feedFailed(log)) },
    { name: 'people that sources told of', everyMs: 2000, run: () => core.enrolment.syncDue() },
    { name: 'cards with old names', everyMs: 30_000, run: () => endOldNames(watched) },
    { name: 'held changes', everyMs: 30_000, run: () => expireHeld(pool, clock()) },
    {
      name: 'accounts that are due',
      everyMs: 2000,
      run: async () => {
        // By rules that are long out of date nobody's account is closed.
        if (core.catalogue.ready()) await accounts.askDue(clock(), core.catalogue.snapshot().accountRules.values());
      },
    },
    {
      name: 'accounts compared as a whole',
      everyMs: 15_000,
      run: () =>
        checkDueTargets({
          pool,
          clock,
          seals,
          snapshot: core.catalogue.snapshot,
          ready: core.catalogue.ready,
          port: targets.port,
          signal: parts.refreshing.signal,
        }),
    },
    {
      name: 'cards of accounts',
      everyMs: 10_000,
      run: () => checkCardsOfAccounts({ pool, clock, status: core.cards.derived.cardStatus }),
    },
    { name: 'card requests', everyMs: 30_000, run: () => askAgain(pool, clock()) },
    ...cardLoops({ pool, clock, profiles }),
    { name: 'certificates of devices', everyMs: 15_000, run: core.cards.derived.sweep },
    { name: 'housekeeping', everyMs: 600_000, run: () => keepHouse(pool, clock()) },
    {
      name: 'signing keys',
      everyMs: 5000,
      run: () => makeDueKeys(core),
    },
    {
      name: 'metadata',
      everyMs: 15_000,
      run: () =>
        refreshDue(
          { pool, node: parts.node, clock, extraAuthority: parts.trustPem, ...parts.refreshing },
          core.catalogue.snapshot,
          log,
        ),
    },
    { name: 'members of federations', everyMs: 5000, run: core.findMembers },
    {
      name: 'revocation lists',
      everyMs: 60_000,
      run: async () => {
        await core.cards.cache.renewDue();
        await announceFailingLists(core.cards.cache.reports(), clock(), committer.commit, log);
      },
    },
    {
      name: 'warnings',
      everyMs: 3_600_000,
      run: async () => warnOfExpiry(await expiringNow(parts), clock(), committer.commit, log),
    },
    {
      name: 'warnings of method cut-offs',
      everyMs: 3_600_000,
      run: () => warnOfCutoffs({ pool, snapshot: core.catalogue.snapshot(), commit: committer.commit, clock }),
    },
    {
      name: 'heartbeat',
      everyMs: 10_000,
      run: () => pool.query('UPDATE hub.node SET seen_at = now() WHERE id = $1', [parts.node]),
    },
  ];
}
