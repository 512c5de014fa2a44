// A commission's entry in the tree, with the unit and the provider that stand above it.
import type { EpochMs } from '../../../base/clock.ts';
import { type CommissionRight, type SourceCommission, spanOf } from '../../../core/directory/index.ts';
import { dateOf, type TreeEntry } from './entries.ts';

export const commissionAttributes: readonly string[] = [
  'objectClass',
  'cn',
  'hsaIdentity',
  'hsaCommissionPurpose',
  'hsaCommissionRight',
  'hsaCommissionMember',
  'startDate',
  'endDate',
];

export const placeAttributes: readonly string[] = [
  'objectClass',
  'hsaIdentity',
  'ou',
  'o',
  'orgNo',
  'startDate',
  'endDate',
];

interface Span {
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}

/**
 * From when until when somebody is a member: `hsaId;start;end`. The filter finds what begins with the HSA-ID, so that the
 * whole of it is compared here. Of several spans the one that holds now, else the one that ends last. Undefined: no member.
 */
export function membershipOf(entry: TreeEntry, hsaId: string, now: EpochMs): Span | undefined {
  const spans = entry
    .all('hsaCommissionMember')
    .map((value) => value.split(';').map((part) => part.trim()))
    .filter(([member]) => member?.toUpperCase() === hsaId)
    .map(([, from, until]): Span => ({ from: dateOf(from), until: dateOf(until) }));
  const end = ({ until }: Span) => until ?? Number.POSITIVE_INFINITY;
  return (
    spans.find((span) => (span.from ?? 0) <= now && now < end(span)) ??
    spans.reduce<Span | undefined>(
      (last, span) => (last === undefined || end(span) > end(last) ? span : last),
      undefined,
    )
  );
}

/** `activity;informationClass;scope`. */
function rightOf(value: string): CommissionRight {
  const [activity = '', informationClass = '', scope = ''] = value.split(';').map((part) => part.trim());
  return { activity, informationClass, scope };
}

const nameOf = (place: TreeEntry): string | undefined => place.one('ou') ?? place.one('o');
const datesOf = (place: TreeEntry): Span => ({ from: place.instant('startDate'), until: place.instant('endDate') });

/** Undefined: something is missing that every commission has, so that it is left out. `above` is nearest first. */
export function commissionOf(
  entry: TreeEntry,
  above: readonly TreeEntry[],
  membership: Span,
): SourceCommission | undefined {
  const provider = above.find(({ isA }) => isA('hsaHealthCareProvider'));
  const nearest = above.find(({ isA }) => isA('hsaHealthCareUnit') || isA('hsaHealthCareProvider'));
  // Directly below a provider there is no unit.
  const unit = nearest?.isA('hsaHealthCareUnit') ? nearest : undefined;
  const [id, name, purpose] = [entry.one('hsaIdentity'), entry.one('cn'), entry.one('hsaCommissionPurpose')];
  const [providerId, providerName, orgNo] = [
    provider?.one('hsaIdentity'),
    provider && nameOf(provider),
    provider?.one('orgNo'),
  ];
  if (!id || !name || !purpose || provider === undefined || !providerId || !providerName || !orgNo) return undefined;
  const [unitId, unitName] = [unit?.one('hsaIdentity'), unit && nameOf(unit)];
  if (unit !== undefined && (!unitId || !unitName)) return undefined;
  const objects = [entry, provider, ...(unit === undefined ? [] : [unit])];
  return {
    id: id.toUpperCase(),
    name,
    purpose,
    rights: entry.all('hsaCommissionRight').map(rightOf),
    ...(unitId && unitName ? { unit: { id: unitId.toUpperCase(), name: unitName } } : {}),
    provider: {
      id: providerId.toUpperCase(),
      name: providerName,
      organisationNumber: orgNo.replace(/^(\d{6})-(\d{4})$/, '$1$2'),
    },
    ...spanOf(membership, ...objects.map(datesOf)),
    feigned: objects.some(({ isA }) => isA('hsaFeignedDataObject')),
    archived: objects.some(({ isA }) => isA('hsaArchivedObject')),
  };
}
