// Counts logins at providers that are not ours: each once, when it is proven, and for its organisation when it ends well (N10).
import type { Provider } from '../catalogue/snapshot.ts';
import type { Write } from '../commit/commit.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { Permit } from '../policy/policy.ts';
import type { Situation } from './gather.ts';
import type { Journey } from './journey.ts';

/** How many to add to the count of one month, provider, organisation, application and price. */
export interface LoginCount {
  /** `2026-11`, of the instant when the login began, UTC. */
  readonly month: string;
  readonly provider: string;
  /** Empty: the login has not ended well (yet), or its person is of no organisation. */
  readonly organisation: string;
  readonly application: string;
  /** What one login cost then, `0.55 NOK`; empty = no price was set. */
  readonly price: string;
  readonly logins: number;
  /** Logins that single sign-on saved. */
  readonly avoided: number;
}

/** Providers whose logins are another's work: upstream ones, and whatever has a price. */
export const isCounted = ({ upstream, price }: Pick<Provider, 'upstream' | 'price'>): boolean =>
  upstream !== undefined || price !== undefined;

const priceText = ({ price }: Provider): string => (price === undefined ? '' : `${price.amount} ${price.currency}`);

/**
 * What a turn adds. `proven` is what was proven in this turn, whether we could use it or not: the provider has done its
 * work. Where the organisation turns out later, the login is moved to it, so that the sum is right at every commit.
 */
export function loginCounts(
  journey: Journey,
  { snapshot }: Pick<Situation, 'snapshot'>,
  proven: readonly Evidence[],
  permit?: Permit,
): readonly LoginCount[] {
  const month = new Date(journey.createdAt).toISOString().slice(0, 7);
  const { application } = journey.request;
  const organisation = permit?.organisation ?? '';
  const counts: LoginCount[] = [];
  const add = ({ provider: id }: Evidence, of: string, logins: number, avoided = 0): void => {
    const provider = snapshot.providers.get(id);
    if (provider === undefined || !isCounted(provider)) return;
    counts.push({ month, provider: id, organisation: of, application, price: priceText(provider), logins, avoided });
  };
  const isOf = (list: readonly Evidence[], { id }: Evidence): boolean => list.some((one) => one.id === id);

  for (const one of proven) add(one, isOf(journey.evidence, one) ? organisation : '', 1);
  if (permit === undefined) return counts;
  for (const earlier of journey.evidence.filter((one) => organisation !== '' && !isOf(proven, one))) {
    add(earlier, '', -1);
    add(earlier, organisation, 1);
  }
  for (const used of permit.evidence.filter((one) => !isOf(journey.evidence, one))) add(used, organisation, 0, 1);
  return counts;
}

/** The counts as writes of the commit that they belong to. Each journey is an entity: the store adds up rows of one key. */
export const countLogins = (...given: Parameters<typeof loginCounts>): readonly Write[] =>
  loginCounts(...given).map((count, n) => ({
    kind: 'login.count',
    entity: `login count ${given[0].id} ${n}`,
    row: { ...count },
  }));
