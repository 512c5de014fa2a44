// Prometheus metrics of the hub beside those of requests; few labels, none from outside.
import type pg from 'pg';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../base/clock.ts';
import type { Expiring } from '../../core/catalogue/index.ts';

import { licenceAnswers } from '../../core/context/index.ts';
import { accountStore } from '../../edge/store/hub/accounts.ts';
import { certificatesByHand } from '../../edge/store/hub/cards.ts';
import { licenceAnswerCounts } from '../../edge/store/hub/ending-watch.ts';
import { heldWaiting } from '../../edge/store/hub/held-changes.ts';

import { outboxStore } from '../../edge/store/hub/outbox.ts';
import type { Sealer } from '../../edge/store/log/sealer.ts';
import { checkMetrics } from './accounts/check-metrics.ts';
import { profilesEndedBy } from './brake/watch.ts';
import type { Core } from './compose.ts';
import { feedMetrics } from './people/index.ts';
import { toldMetrics } from './sources/measure.ts';
import { runningOut } from './warnings.ts';

/** How many things run out within 60, 30 and 7 days, by kind. */
export function expiryMetrics(registry: Registry, expiring: () => Promise<readonly Expiring[]>, clock: Clock): void {
  new Gauge({
    name: 'tillit_expiring',
    help: 'Keys, certificates and lists that run out within so many days',
    labelNames: ['kind', 'within_days'],
    registers: [registry],
    async collect() {
      for (const [name, count] of runningOut(await expiring(), clock())) {
        const [kind = '', days = ''] = name.split(' ');
        this.set({ kind, within_days: days }, count);
      }
    },
  });
}

export function hubMetrics(registry: Registry, parts: { core: Core; sealer: Sealer; pool: pg.Pool }): void {
  const { core, sealer, pool } = parts;
  collectDefaultMetrics({ register: registry, prefix: 'tillit_' });
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  gauge('tillit_audit_oldest_unsealed_seconds', 'Age of the oldest audit event that is not sealed', () =>
    sealer.oldestUnsealedSeconds(),
  );
  gauge('tillit_audit_log_size', 'Events in the sealed log', () => sealer.logSize());
  gauge('tillit_catalogue_revision', 'Revision of the catalogue in use', () => core.catalogue.snapshot().revision);
  gauge('tillit_catalogue_ready', '1 when the catalogue was confirmed within 10 s', () =>
    core.catalogue.ready() ? 1 : 0,
  );
  feedMetrics(registry, pool, core.clock);
  toldMetrics(registry, pool, core.clock);
  gauge(
    'tillit_outbox_waiting',
    'Outbox messages to be delivered',
    async () => (await outboxStore(pool).state()).waiting,
  );
  gauge('tillit_outbox_dead', 'Outbox messages that were given up', async () => (await outboxStore(pool).state()).dead);
  new Gauge({
    name: 'tillit_logouts_undelivered',
    help: 'Logouts that applications have not taken: not tried yet, failing, given up',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const { waiting, failing, dead } = await outboxStore(pool).undeliveredLogouts();
      for (const [state, count] of Object.entries({ waiting, failing, dead })) this.set({ state }, count);
    },
  });
  gauge(
    'tillit_logouts_oldest_undelivered_seconds',
    'Age of the oldest logout that is still being tried',
    async () => (await outboxStore(pool).undeliveredLogouts()).oldestSeconds,
  );
  const profiles = () => core.catalogue.snapshot().cardProfiles;
  gauge('tillit_certificates_by_hand', 'Certificates that somebody must revoke by hand at their issuer', async () =>
    certificatesByHand(pool),
  );
  const labelled = (name: string, help: string, label: string, read: () => Promise<ReadonlyMap<string, number>>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      async collect() {
        this.reset();
        for (const [value, count] of await read()) this.set({ [label]: value }, count);
      },
    });
  labelled(
    'tillit_held_changes',
    'Changes that end many people: waiting for approvals, approved',
    'state',
    async () => {
      const { waiting, approved } = await heldWaiting(pool, core.clock());
      return new Map([
        ['waiting', waiting],
        ['approved', approved],
      ]);
    },
  );
  gauge(
    'tillit_held_changes_oldest_seconds',
    'Age of the oldest change that waits or is not carried out',
    async () => (await heldWaiting(pool, core.clock())).oldestSeconds,
  );
  labelled(
    'tillit_licences',
    'Holders of cards that end with a licence, by what the register said last',
    'answer',
    async () => {
      const found = await licenceAnswerCounts(pool, profilesEndedBy(profiles(), 'licenceLost'));
      return new Map([...licenceAnswers, 'noNumber'].map((answer) => [answer, found.get(answer) ?? 0]));
    },
  );
  labelled('tillit_accounts', 'Accounts of people in other systems, by what the hub knows of them', 'state', async () =>
    accountStore(pool).counts(),
  );
  checkMetrics(registry, pool, core.clock);
  gauge('tillit_revocation_lists', 'Revocation lists in use', () => core.cards.cache.reports().length);
  new Gauge({
    name: 'tillit_revocation_lists_failing',
    help: 'Revocation lists in use that were not to be had when last asked for',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const failing = core.cards.cache.reports().filter(({ failure }) => failure !== undefined);
      this.set({ kind: 'whole' }, failing.filter(({ isDelta }) => !isDelta).length);
      this.set({ kind: 'delta' }, failing.filter(({ isDelta }) => isDelta).length);
    },
  });
  gauge('tillit_database_connections_waiting', 'Requests that wait for a database connection', () => pool.waitingCount);
}
