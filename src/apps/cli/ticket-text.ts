// What is told of a ticket that somebody shows: whether it is ours and held, what it says, and what the trail holds of it.
import { objections, originChecks, validityChecks } from '../../core/issuing/index.ts';
import { journeyLines } from './explain-text.ts';
import type { GatheredTicket } from './ticket-facts.ts';

/**
 * `ours`: signed by a key of ours in its time, and word for word in the trail. `unrecorded`: signed so, and not in the trail
 * (any more). `recorded`: word for word in the trail, and without a signature. `sealed`: the Response is ours, and what it says is encrypted. `untold`: encrypted, and nobody signed it.
 */
export type Origin = 'ours' | 'unrecorded' | 'recorded' | 'sealed' | 'untold' | 'notOurs';

export interface Verdict {
  readonly origin: Origin;
  readonly ours: boolean;
  readonly held: boolean;
  readonly at: string;
  readonly against: readonly string[];
}

export function verdictOf({ facts }: GatheredTicket): Verdict {
  const against = objections(originChecks, facts);
  const origin = originOf(facts, against.length);
  // When it held is said inside.
  const notHeld = facts.digest === undefined ? [] : objections(validityChecks, facts);
  const ours = origin === 'ours';
  const held = ours && notHeld.length === 0;
  return { origin, ours, held, at: new Date(facts.at).toISOString(), against: [...against, ...notHeld] };
}

function originOf({ signatureFault, digest, record }: GatheredTicket['facts'], objected: number): Origin {
  if (objected === 0) return 'ours';
  const isUnsigned = signatureFault === 'unsigned';
  if (digest !== undefined && record === undefined && objected === 1) return 'unrecorded';
  if (digest !== undefined) return isUnsigned && objected === 1 ? 'recorded' : 'notOurs';
  // That it cannot be read is one objection.
  if (isUnsigned) return 'untold';
  return objected === 1 ? 'sealed' : 'notOurs';
}

/** What the trail holds of the issuing, by name. */
export function recordedOf({ issued }: GatheredTicket): Readonly<Record<string, unknown>> | undefined {
  if (issued === undefined) return undefined;
  const { v: _version, removed: _removed, outcome: _outcome, body, ...about } = issued;
  const { digest: _digest, idDigest: _idDigest, explanation: _explanation, ...told } = body;
  return { ...about, ...told };
}

const heads: Readonly<Record<Exclude<Origin, 'ours'>, string>> = {
  unrecorded: 'A key of this installation signed it. Retention has removed its record, or the hub never issued it:',
  recorded: 'It bears no signature, and says word for word what this installation recorded when it issued it:',
  sealed: 'The Response is of this installation. What its assertion says cannot be told:',
  untold: 'Whose it is cannot be told:',
  notOurs: 'It is NOT a ticket of this installation:',
};

export function verdictLines(ticket: GatheredTicket, verdict: Verdict): readonly string[] {
  const { origin, ours, held, at, against } = verdict;
  const objected = against.map((line) => `  ${line}`);
  const said = linesOf(ticket.shown.says);
  if (!ours)
    return [heads[origin as keyof typeof heads], ...objected, 'It claims to say:', ...said, ...trailOf(ticket)];
  const named = ticket.id === undefined ? '' : `, id ${ticket.id}`;
  return [
    `It is a ticket of this installation${named}.`,
    held ? `It held at ${at}.` : `It did NOT hold at ${at}:`,
    ...objected,
    'It says:',
    ...said,
    ...trailOf(ticket),
  ];
}

const linesOf = (values: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}  ${JSON.stringify(value)}`);

/** The record, and how it came to it: the decision with its rules, then the ticket. */
function trailOf(ticket: GatheredTicket): readonly string[] {
  const recorded = recordedOf(ticket);
  if (recorded === undefined) return [];
  const events = new Set([ticket.decided, ticket.issued].filter((event) => event !== undefined));
  return ['The trail holds of its issuing:', ...linesOf(recorded), ...journeyLines([...events], 'en')];
}
