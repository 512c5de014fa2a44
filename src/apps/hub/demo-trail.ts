// Reads the trail for the demo's page; whoever reads it leaves a trail here too.
import type pg from 'pg';
import type { Clock } from '../../base/clock.ts';
import { parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import { type Committer, recordOnly } from '../../core/commit/index.ts';
import { type PersonReader, shownName } from '../../core/directory/index.ts';
import type { Explanation } from '../../core/policy/index.ts';
import { findEvents } from '../../edge/store/hub/audit-search.ts';
import type { TrailEvent, TrailReader } from '../../edge/web/portal/index.ts';
import { type Assurance, assuranceLevels, auditKinds, type ReasonCode, reasonCodes } from '../../wire/codes/index.ts';

const mostEvents = 400;
/** Steps of a login, of tickets, cards and the accounts of people. Looks at a whole target are nobody's story. */
const told = /^(?:journey|session|ticket|usage|card)\.|^account\.(?!compared|mendApproved)/;

const oneOf = <Value extends string>(list: readonly Value[], value: unknown): Value | undefined =>
  list.find((one) => one === value);
const level = (value: unknown): Assurance | undefined => oneOf(assuranceLevels, value);

function decisionOf(body: Readonly<Record<string, unknown>>): TrailEvent['decision'] {
  const explanation = body['explanation'] as Partial<Explanation> | undefined;
  const decided = oneOf(['permit', 'stepUp', 'deny'] as const, explanation?.outcome);
  const outcome = body['step'] === 'chooseAssignment' ? 'stepUp' : decided;
  const required = level(explanation?.required);
  if (outcome === undefined || required === undefined) return undefined;
  const rules = (explanation?.lines ?? []).filter(({ matched, rule }) => matched && !rule.startsWith('check.'));
  return { outcome, required, reached: level(explanation?.reached), rules: rules.map(({ rule }) => rule) };
}

function proofOf({ kind, body }: StoredEvent): TrailEvent['proof'] {
  const assurance = level(body['assurance']);
  const { provider } = body;
  return kind === 'journey.proved' && assurance && typeof provider === 'string' ? { provider, assurance } : undefined;
}

function targetOf({ kind, body }: StoredEvent): string | undefined {
  if (!kind.startsWith('account.')) return undefined;
  // What is asked for by several rules is mostly of one target.
  const rules = Array.isArray(body['rules']) ? (body['rules'] as readonly unknown[]) : [];
  const first = rules.find(
    (one): one is { readonly target: string } => typeof one === 'object' && one !== null && 'target' in one,
  );
  const target = body['target'] ?? first?.target;
  return typeof target === 'string' ? target : undefined;
}

/** The latest events of logins, tickets, cards and accounts. Announcements of logins are left out: they are not of anybody yet. */
export function demoTrail(given: {
  readonly pool: pg.Pool;
  readonly people: PersonReader;
  readonly commit: Committer;
  readonly clock: Clock;
}): TrailReader {
  const { pool, people, commit, clock } = given;
  return {
    async latest() {
      const [found, { rows }] = await Promise.all([
        findEvents(pool, {}, mostEvents),
        pool.query<{ size: string }>('SELECT size FROM hub.audit_checkpoint ORDER BY size DESC LIMIT 1'),
      ]);
      await commit(
        recordOnly([
          { kind: 'admin.audited', at: clock(), outcome: 'ok', body: { action: 'demo trail', found: found.length } },
        ]),
      );
      const names = new Map<string, string>();
      const nameOf = async (id: string | undefined): Promise<string | undefined> => {
        if (id === undefined) return undefined;
        const facts = names.has(id) ? undefined : await people.facts(id);
        if (facts) names.set(id, shownName(facts.person));
        return names.get(id) ?? id;
      };
      const cardOf = async ({ kind, body }: StoredEvent): Promise<TrailEvent['card']> => {
        const { card: id, profile, by } = body;
        if (!kind.startsWith('card.') || typeof id !== 'string' || typeof profile !== 'string') return undefined;
        return { id, profile, by: typeof by === 'string' ? await nameOf(by) : undefined };
      };
      const events: TrailEvent[] = [];
      for (const { index, text } of found.toReversed()) {
        const event = parseEventText(text);
        const kind = oneOf(auditKinds, event?.kind);
        if (event === undefined || kind === undefined || !told.test(kind)) continue;
        // A renewal of many is no story of one person; its own page tells how it goes.
        if (kind === 'ticket.pushed' || kind.startsWith('card.renewal')) continue;
        events.push({
          at: Date.parse(event.at),
          kind,
          index: index ?? undefined,
          application: event.application,
          person: await nameOf(event.person),
          session: event.session,
          reference: event.reference,
          reason: oneOf<ReasonCode>(reasonCodes, event.reason),
          card: await cardOf(event),
          target: targetOf(event),
          refused: event.outcome !== 'ok',
          proof: proofOf(event),
          decision: kind === 'journey.decided' ? decisionOf(event.body) : undefined,
        });
      }
      return { events, sealed: rows[0] === undefined ? undefined : Number(rows[0].size) };
    },
  };
}
