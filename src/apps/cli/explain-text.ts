// Turns the events of one reference into what a help desk reads out: steps, rules, reason, and what the user can do.
import type { StoredEvent } from '../../core/audit/index.ts';
import type { Explained, Explanation } from '../../core/policy/index.ts';
import { type Locale, type ReasonCode, reasonCodes } from '../../wire/codes/index.ts';
import { type TrailWords, text, trailWords } from '../../wire/texts/index.ts';
import { withWords } from './fault-words.ts';

export const isReasonCode = (code: string): code is ReasonCode => reasonCodes.some((known) => known === code);

/** What one reason means in general, and what to do. */
export function reasonLines(code: ReasonCode, locale: Locale): readonly string[] {
  const { labels } = trailWords[locale];
  return [
    `${labels.reason}: ${text(locale, `reason.${code}.title`)} [${code}]`,
    `${labels.meaning}: ${text(locale, `reason.${code}.meaning`)}`,
    `${labels.action}: ${text(locale, `reason.${code}.action`)}`,
  ];
}

/**
 * The reason that a help desk is asked about: the last refusal; while nothing was refused, what was asked for last.
 * None when the login went through in the end.
 */
export function reasonOf(events: readonly StoredEvent[]): ReasonCode | undefined {
  // What comes after a login that went through, such as its ticket, can still be refused.
  const through = events.findLastIndex(({ kind, outcome }) => kind === 'journey.finished' && outcome === 'ok');
  const open = events.slice(through + 1);
  const refused = open.findLast((event) => event.outcome !== 'ok' && event.reason !== undefined);
  const { reason } = refused ?? (through < 0 ? open.findLast((event) => event.reason !== undefined) : undefined) ?? {};
  return reason !== undefined && isReasonCode(reason) ? reason : undefined;
}

/** The events of one reference, oldest first, in words. */
export function journeyLines(events: readonly StoredEvent[], locale: Locale): readonly string[] {
  const words = trailWords[locale];
  const lines = [`${words.labels.happened}:`];
  for (const event of events) lines.push(...stepLines(event, words, locale));
  const reason = reasonOf(events);
  if (reason !== undefined) lines.push('', ...reasonLines(reason, locale));
  return lines;
}

function stepLines(event: StoredEvent, words: TrailWords, locale: Locale): readonly string[] {
  const step = (words.steps as Readonly<Record<string, string>>)[event.kind] ?? event.kind;
  const about = [event.application, event.person, event.organisation, ...details(event.body)].filter(
    (part) => part !== undefined,
  );
  const reason = event.reason !== undefined && isReasonCode(event.reason) ? event.reason : undefined;
  const why = reason === undefined ? '' : `: ${text(locale, `reason.${reason}.title`)} [${reason}]`;
  const line = `  ${event.at}  ${step}${why}${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
  const explanation = explanationOf(event.body.explanation);
  if (explanation === undefined) return [line, ...toldLines(event, words)];
  const outcome = event.body.step === 'chooseAssignment' ? 'stepUp' : explanation.outcome;
  return [line, ...explanationLines({ ...explanation, outcome }, words)];
}

/** The parts of a body that tell a help desk something. */
function details(body: Readonly<Record<string, unknown>>): readonly string[] {
  const certificate = body.certificate as { population?: unknown; cardNumber?: unknown } | undefined;
  const told = [
    body.provider,
    body.assurance,
    body.levelName,
    certificate?.population,
    certificate?.cardNumber,
    body.error,
    ...refusalOf(body),
  ];
  return told.filter((value): value is string => typeof value === 'string');
}

/** By which check, and in which words; what another party answered is a level deeper. */
function refusalOf(body: Readonly<Record<string, unknown>>): readonly unknown[] {
  const inside = typeof body.detail === 'object' ? body.detail : undefined;
  const { check, description, because, cause, clause, level, required, status, second } = {
    ...body,
    ...inside,
  } as Readonly<Record<string, unknown>>;
  const why = description ?? because ?? cause ?? clause;
  const told = [check, why, level, required, status, second];
  return told.map((value) => (typeof value === 'string' ? withWords(value) : undefined));
}

/** What a ticket said about the person, by the names that it said it by. */
function toldLines({ body: { attributes, nameFormat } }: StoredEvent, { labels }: TrailWords): readonly string[] {
  if (!Array.isArray(attributes)) return [];
  const named = typeof nameFormat === 'string' ? [`NameID (${nameFormat})`] : [];
  return [`    → ${labels.told}: ${[...named, ...attributes.map(String)].join(', ')}`];
}

function explanationLines(explanation: Explanation, words: TrailWords): readonly string[] {
  const { labels } = words;
  const reached = explanation.reached === undefined ? '' : `, ${labels.reached}: ${explanation.reached}`;
  const device = [words.devices[explanation.device], explanation.network]
    .filter((part) => part !== undefined)
    .join(', ');
  return [
    `    → ${words.decisions[explanation.outcome]}; ${labels.required}: ${explanation.required}${reached}; ${device}`,
    ...(explanation.lines.length > 0 ? [`    ${labels.rules}:`] : []),
    ...explanation.lines.map((line) => `      ${line.matched ? '✓' : '–'} ${ruleLine(line, words)}`),
    ...heldLines(explanation, words),
  ];
}

/** The checks that held, by name, of a login that was let in: the trail keeps no more of them. */
function heldLines(explanation: Explanation & { readonly held?: unknown }, { labels }: TrailWords): readonly string[] {
  const { held, outcome } = explanation;
  if (outcome !== 'permit' || !Array.isArray(held) || held.length === 0) return [];
  return [`    ${labels.held}: ${held.map((name) => String(name).replace(/^check\./, '')).join(', ')}`];
}

const ruleLine = ({ rule, title, matched, because }: Explained, { labels }: TrailWords): string =>
  `${title} [${rule}] ${matched ? labels.applied : labels.notApplied}: ${because}`;

/** Reads an explanation back from a stored body; undefined when it is none. */
function explanationOf(value: unknown): Explanation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { outcome, required, device, lines } = value as Readonly<Record<string, unknown>>;
  const known = outcome === 'permit' || outcome === 'stepUp' || outcome === 'deny';
  const place = device === 'fixed' || device === 'portable' || device === 'unknown';
  if (!known || !place || typeof required !== 'string' || !Array.isArray(lines)) return undefined;
  return value as Explanation;
}
