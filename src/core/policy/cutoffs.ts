// Method cut-offs (G3): which hold for whom at an instant, whom an exemption reaches, and what is ordered instead.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, type ConnectorKind, reaches } from '../../wire/codes/index.ts';
import type { CutoffExemption, MethodCutoff } from '../catalogue/method-cutoff.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { Assignment, PersonFacts } from '../directory/directory.ts';
import { eligibleAssignments, withAncestors } from './assignments.ts';
import type { PolicyFacts } from './policy.ts';
import { conditionHolds } from './rules.ts';

/** A way in, as a cut-off looks at it. */
export interface CutoffWay {
  readonly provider: string;
  /** The record that the provider was made by. */
  readonly madeBy?: string | undefined;
  readonly connector: ConnectorKind;
  readonly level: Assurance;
}

/** A cut-off that stops somebody, and which of its orders are theirs. */
export interface CutoffHit {
  readonly cutoff: string;
  readonly order: readonly number[];
}

/** How a cut-off stands towards somebody. `waits`: their assignments differ, and none is chosen. */
type Standing =
  | { readonly kind: 'outside' | 'holds' | 'waits' }
  | { readonly kind: 'exempt'; readonly by: CutoffExemption };

/** The cut-offs of an application, whatever their state. */
export const cutoffsFor = (
  { methodCutoffs }: Pick<CatalogueSnapshot, 'methodCutoffs'>,
  application: string,
): readonly MethodCutoff[] =>
  [...methodCutoffs.values()].filter(({ applications }) => applications.includes(application));

/** A date that cannot be read holds nothing back. */
const isOver = (until: string, now: EpochMs): boolean => !(now < Date.parse(until));

/** Whether it is enforced: required, and its date is past. */
export const isInForce = ({ state, from }: MethodCutoff, now: EpochMs): boolean =>
  state === 'required' && (from === undefined || isOver(from, now));

/** Whether it names this way in. */
export const namesWay = ({ providers, methods, below }: MethodCutoff, way: CutoffWay): boolean =>
  providers.some((one) => one === way.provider || one === way.madeBy) ||
  methods.includes(way.connector) ||
  (below !== undefined && !reaches(way.level, below));

const covers = ({ organisation, units }: CutoffExemption, person: PersonFacts, held: Assignment): boolean =>
  organisation !== undefined &&
  withAncestors(person, held.organisation).includes(organisation) &&
  (units.length === 0 ||
    (held.unit !== undefined && unitsAbove(person, held.unit).some((unit) => units.includes(unit))));

/** A unit and those above it; a ring of parents ends the walk. */
function unitsAbove({ units }: PersonFacts, unit: string): readonly string[] {
  const seen = new Set<string>();
  for (let at: string | undefined = unit; at !== undefined && !seen.has(at); at = units.get(at)?.parent) seen.add(at);
  return [...seen];
}

function standingAt(
  { organisations, exemptions }: MethodCutoff,
  person: PersonFacts | undefined,
  held: Assignment | undefined,
  now: EpochMs,
): Standing {
  const within = person && held ? withAncestors(person, held.organisation) : [];
  if (organisations.length > 0 && !organisations.some((each) => within.includes(each))) return { kind: 'outside' };
  const by = exemptions
    .filter(({ until }) => !isOver(until, now))
    .find(
      (each) =>
        person !== undefined &&
        (each.person === person.person.id || (held !== undefined && covers(each, person, held))),
    );
  return by === undefined ? { kind: 'holds' } : { kind: 'exempt', by };
}

/** How it stands: by the chosen assignment; while none is chosen, by all that count, which must agree. */
export function standingOf(cutoff: MethodCutoff, facts: PolicyFacts, now: EpochMs): Standing {
  const { person, assignment } = facts;
  if (assignment !== undefined || person === undefined) return standingAt(cutoff, person, assignment, now);
  const each = eligibleAssignments(facts, person, now).map((held) => standingAt(cutoff, person, held, now));
  const first = each[0] ?? standingAt(cutoff, person, undefined, now);
  const agree = each.every(({ kind }) => (kind === 'holds') === (first.kind === 'holds'));
  if (!agree) return { kind: 'waits' };
  return each.find(({ kind }) => kind === 'exempt') ?? first;
}

/** Which cut-offs in force stop this way in, which wait for the choice of an assignment, and which exemptions held. */
export interface CutoffFindings {
  readonly stopping: readonly MethodCutoff[];
  readonly waiting: readonly MethodCutoff[];
  readonly exempted: readonly { readonly cutoff: MethodCutoff; readonly by: CutoffExemption }[];
}

export function cutoffsOn(facts: PolicyFacts, way: CutoffWay, now: EpochMs): CutoffFindings {
  const [stopping, waiting]: MethodCutoff[][] = [[], []];
  const exempted: { cutoff: MethodCutoff; by: CutoffExemption }[] = [];
  for (const cutoff of facts.cutoffs) {
    if (!isInForce(cutoff, now) || !namesWay(cutoff, way)) continue;
    const standing = standingOf(cutoff, facts, now);
    if (standing.kind === 'holds') stopping?.push(cutoff);
    if (standing.kind === 'waits') waiting?.push(cutoff);
    if (standing.kind === 'exempt') exempted.push({ cutoff, by: standing.by });
  }
  return { stopping: stopping ?? [], waiting: waiting ?? [], exempted };
}

/** Indexes of the orders that are meant for this person. */
export const ordersFor = ({ order }: MethodCutoff, facts: PolicyFacts, now: EpochMs): readonly number[] =>
  order.flatMap(({ when }, at) => (conditionHolds(when, facts, now) ? [at] : []));

/** Hits for the page, without doubles. */
export const hitsOf = (cutoffs: Iterable<MethodCutoff>, facts: PolicyFacts, now: EpochMs): readonly CutoffHit[] =>
  [...new Set(cutoffs)].map((cutoff) => ({ cutoff: cutoff.id, order: ordersFor(cutoff, facts, now) }));
