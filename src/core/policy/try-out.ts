// Tries other rules on a decision that was made before, by what the trail kept of it (`stored-facts.ts`). Lets nobody in.
import type { EpochMs } from '../../base/clock.ts';
import type { DeviceKind } from '../../wire/codes/index.ts';
import type { PolicyRule } from '../catalogue/policy-rule.ts';
import type { Application, CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { Organisation, PersonFacts } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import { rulesFor } from './api-rules.ts';
import { candidatesFor, federationOf } from './candidates.ts';
import { cutoffsFor } from './cutoffs.ts';
import { decide } from './decide.ts';
import { decideMachine, type MachineExplanation } from './machine.ts';
import type { Explained, PolicyFacts } from './policy.ts';
import type { StoredEvidence, StoredFacts } from './stored-facts.ts';

/** A decision about a person as the trail has it, with what only the directory of today can say. */
export interface PastDecision {
  readonly at: EpochMs;
  readonly person: string;
  readonly application: Application;
  readonly device: DeviceKind;
  readonly deviceSource: PolicyFacts['deviceSource'];
  readonly network?: string | undefined;
  readonly facts: StoredFacts;
  /** Attributes of the person today: for those that no rule looked at then, which the trail has not kept. */
  readonly attributesToday: Readonly<Record<string, string | boolean>>;
}

/** The same of a machine. */
export interface PastMachineDecision {
  readonly at: EpochMs;
  readonly application: Application;
  readonly network?: string | undefined;
  readonly facts: MachineExplanation['facts'];
}

/** What the rules would have said: `stopped` has the ids of the rules that stop. */
export type Tried =
  | { readonly kind: 'permit' }
  | { readonly kind: 'stepUp' | 'deny'; readonly reason: string; readonly rules: readonly string[] };

/** What the rules of `snapshot` would have said to a person's login. */
export function tryOut(past: PastDecision, snapshot: CatalogueSnapshot): Tried {
  const { application, facts, at } = past;
  const person = personOf(past);
  const evidence = facts.evidence.map(evidenceOf);
  const decision = decide(
    {
      application,
      federation: federationOf(application, snapshot),
      requested: facts.requested,
      fresh: facts.fresh,
      maxAge: facts.maxAge,
      since: facts.since,
      person,
      evidence,
      holders: new Map(
        facts.evidence.flatMap(({ own }, index) => (own ? [[String(index), past.person] as const] : [])),
      ),
      assignment: person.assignments.find(({ id }) => id === facts.assignment),
      apis: facts.apis,
      scopes: facts.scopes,
      context: facts.context,
      device: past.device,
      deviceSource: past.deviceSource,
      network: past.network,
      rules: rulesFor(snapshot, facts.apis),
      // What was kept of the past does not tell of assignments that an application does not count.
      assignmentConflicts: [],
      cutoffs: cutoffsFor(snapshot, application.id),
      candidates: candidatesFor(application, snapshot),
      highReuseSeconds: snapshot.settings.lifetimes.highReuse,
      catalogueRevision: snapshot.revision,
    },
    at,
  );
  if (decision.kind === 'permit') return { kind: 'permit' };
  const rules = decision.rules.length > 0 ? decision.rules : asking(decision.explanation.lines, snapshot, facts.apis);
  return { kind: decision.kind, reason: decision.reason, rules };
}

/** The same for a ticket of a machine. */
export function tryOutMachine(past: PastMachineDecision, snapshot: CatalogueSnapshot): Tried {
  const { application, network, facts, at } = past;
  const rules = rulesFor(snapshot, facts.apis, 'machine');
  const decision = decideMachine({ application, network, ...facts, rules, catalogueRevision: snapshot.revision }, at);
  return decision.kind === 'permit'
    ? { kind: 'permit' }
    : { kind: 'deny', reason: decision.reason, rules: decision.rules };
}

/** Rules that matched and ask for something: more proof, or a choice that was not made. */
function asking(lines: readonly Explained[], snapshot: CatalogueSnapshot, apis: readonly string[]): readonly string[] {
  const known = new Map<string, PolicyRule>(rulesFor(snapshot, apis).map((rule) => [rule.id, rule]));
  return lines
    .filter(({ rule, matched, because }) => known.has(rule) && (matched || because.startsWith('waits')))
    .map(({ rule }) => rule);
}

const evidenceOf = (stored: StoredEvidence, index: number): Evidence => ({
  id: String(index),
  connector: stored.connector,
  provider: stored.provider,
  subject: { namespace: 'tried', value: String(index) },
  alternates: [],
  methods: stored.methods,
  assurance: stored.assurance,
  provenAt: stored.provenAt,
  certificate:
    stored.certificateClass === undefined || stored.notAfter === undefined
      ? undefined
      : {
          ...{ population: '', fingerprint: '', issuer: '', serial: '', chain: [], statusCheckedAt: stored.provenAt },
          certificateClass: stored.certificateClass,
          notAfter: stored.notAfter,
        },
});

/** The person as the decision saw them: the assignments that counted, and the organisations that they lie in. */
function personOf({ person: id, facts, attributesToday }: PastDecision): PersonFacts {
  const organisations = new Map<string, Organisation>();
  for (const { within } of facts.assignments) {
    for (const [index, own] of within.entries())
      organisations.set(own, { id: own, name: own, parent: within[index + 1], closed: false });
  }
  return {
    person: {
      ...{ id, givenName: '', familyName: '', closed: false, protectedIdentity: false },
      attributes: { ...attributesToday, ...facts.attributes },
    },
    assignments: facts.assignments.map(({ id: own, role, unit, within }) => ({
      ...{ id: own, person: id, role, unit },
      organisation: within[0] ?? '',
    })),
    organisations,
    units: new Map(),
    namespaces: [],
  };
}

/** The rules of a file as if they were in force already: without their dates, so that a rule of tomorrow can be tried today. */
export const undated = (snapshot: CatalogueSnapshot, ids: ReadonlySet<string>): CatalogueSnapshot => ({
  ...snapshot,
  rules: new Map(
    [...snapshot.rules].map(([id, rule]) => [id, ids.has(id) ? { ...rule, from: undefined, until: undefined } : rule]),
  ),
});
