// Metadata in words for an operator's terminal.
import { createHash, X509Certificate } from 'node:crypto';
import type { MetadataSource } from '../../core/catalogue/index.ts';
import type { EntityRow, HeldRow, judgeListed, SourceReport, StoredEntity } from '../../core/metadata/index.ts';
import type { RefreshOutcome } from '../hub/metadata/index.ts';

const time = (at: number | undefined): string => (at === undefined ? 'no end' : new Date(at).toISOString());

/** What others wrote does not reach the terminal as a command to it. */
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const placeOf = ({ from }: MetadataSource): string => {
  if ('url' in from) return from.url;
  if ('mdq' in from) return `asked at ${from.mdq}`;
  return 'handedIn' in from ? 'handed in' : 'applied';
};

/** A source and how it goes. */
export function sourceLines(source: MetadataSource, state: SourceReport, now: number): readonly string[] {
  const { federation } = source;
  const isPast = state.validUntil !== undefined && state.validUntil <= now;
  const end =
    state.takenAt === undefined
      ? 'mdq' in source.from
        ? 'each entity by itself'
        : 'nothing taken yet'
      : `${isPast ? 'RAN OUT' : 'until'} ${time(state.validUntil)}`;
  return [
    `${state.id}  ${federation === undefined ? '' : `federation ${federation}  `}${state.entities} entities  ${end}  ${placeOf(source)}`,
    ...(state.failures === 0
      ? []
      : [
          `  not refreshed since ${time(state.failingSince)} (${state.failures} times): ${state.failure}: ${plain(state.failureDetail ?? '')}`,
        ]),
  ];
}

/** A change that waits, with what it weakens. */
export const heldLines = (held: HeldRow): readonly string[] => [
  `waits: change ${held.digest.slice(0, 12)} of ${plain(held.entityId)} (${held.source}), since ${time(held.heldAt)}; ${
    held.gone ? 'nothing is in use meanwhile' : `what is in use counts until ${time(held.inUseUntil)}`
  }`,
  ...held.reasons.map(({ name, detail }) => `  ${name}: ${plain(detail)}`),
];

/** A listed provider as a record of its whole source brings it, or why it does not. */
export const memberLine = ({ listed, verdict }: Awaited<ReturnType<typeof judgeListed>>[number]): string =>
  verdict.ok
    ? `${verdict.provider.id}  ${verdict.provider.saml.organisation}  ${verdict.provider.maximumAssurance}  ${plain(listed.entityId)}`
    : `not offered: ${plain(listed.entityId)}: ${verdict.check.because}`;

/** What is in use of an entity. */
export function entityLines(row: EntityRow, federation: string | undefined, now: number): readonly string[] {
  const { facts } = row;
  const isPast = row.validUntil !== undefined && row.validUntil <= now;
  const state = row.gone ? 'not listed any more' : `${isPast ? 'RAN OUT' : 'until'} ${time(row.validUntil)}`;
  return [
    `${plain(facts.entityId)}  source ${row.source}${federation === undefined ? '' : `, federation ${federation}`}  ${state}`,
    ...(facts.registration ? [`  registered by ${plain(facts.registration.authority)}`] : []),
    ...(['idp', 'sp'] as const).flatMap((role) => (facts[role] ? roleLines(role, facts[role]) : [])),
  ];
}

function roleLines(name: 'idp' | 'sp', role: NonNullable<StoredEntity['idp' | 'sp']>): readonly string[] {
  const signed = Object.entries(role).flatMap(([flag, value]) => (value === true ? [flag] : []));
  const addresses = Object.entries(role).flatMap(([list, value]) =>
    Array.isArray(value)
      ? value.flatMap((each: { location?: unknown }) =>
          typeof each === 'object' && typeof each.location === 'string' ? [`    ${list}: ${plain(each.location)}`] : [],
        )
      : [],
  );
  return [
    `  ${name}${signed.length > 0 ? ` (${signed.join(', ')})` : ''}`,
    ...role.keys.flatMap(({ use, certificates }) =>
      certificates.map((der) => `    key for ${use ?? 'signing and encryption'}: ${certificateText(der)}`),
    ),
    ...addresses,
    ...role.scopes.map(({ value, regexp }) => `    scope ${regexp ? 'pattern ' : ''}${plain(value)}`),
  ];
}

function certificateText(base64: string): string {
  const der = Buffer.from(base64, 'base64');
  const sha256 = `SHA-256 ${createHash('sha256').update(der).digest('hex')}`;
  try {
    return `${sha256}, to ${new Date(new X509Certificate(der).validTo).toISOString().slice(0, 10)}`;
  } catch {
    return `${sha256}, cannot be read`;
  }
}

/** How a refresh ended. */
export function outcomeLine(outcome: RefreshOutcome): string {
  if (outcome.kind === 'confirmed') return 'nothing has changed';
  if (outcome.kind !== 'taken')
    return `${outcome.kind === 'refused' ? 'refused' : 'not refreshed'}: ${outcome.reason}: ${plain(outcome.detail)}; what is in use stays`;
  const out = Object.entries(outcome.keptOut).map(([check, count]) => `${count} kept out by ${check}`);
  const parts = [
    `${outcome.entities} entities until ${time(outcome.validUntil)}`,
    `${outcome.added} new, ${outcome.changed} changed, ${outcome.gone} gone`,
    ...(outcome.held > 0 ? [`${outcome.held} held for approval`] : []),
    ...(outcome.unreadable > 0 ? [`${outcome.unreadable} cannot be read`] : []),
    ...out,
  ];
  return parts.join('; ');
}
