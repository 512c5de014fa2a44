// What counted logins cost and what single sign-on saved, in exact decimals, and the table that says so.
import type { LoginCount } from '../../core/journey/index.ts';

/** Prices have at most four decimals: sums are whole numbers of ten-thousandths. */
const unit = 10_000n;

/** An amount of money as a sum of logins at one price; undefined without a price. */
export interface Amount {
  readonly tenThousandths: bigint;
  readonly currency: string;
}

export function amountOf(price: string, times: number): Amount | undefined {
  const [, whole = '', decimals = '', currency = ''] = /^(\d+)(?:\.(\d{1,4}))? ([A-Z]{3})$/.exec(price) ?? [];
  if (currency === '') return undefined;
  return { tenThousandths: (BigInt(whole) * unit + BigInt(decimals.padEnd(4, '0'))) * BigInt(times), currency };
}

/** `1234.50 NOK`: at least two decimals, at most four. */
export function amountText({ tenThousandths, currency }: Amount): string {
  const sign = tenThousandths < 0n ? '-' : '';
  const size = tenThousandths < 0n ? -tenThousandths : tenThousandths;
  const decimals = String(size % unit)
    .padStart(4, '0')
    .replace(/0{1,2}$/, '');
  return `${sign}${size / unit}.${decimals} ${currency}`;
}

const textOf = (price: string, times: number): string => {
  const amount = amountOf(price, times);
  return amount === undefined ? '' : amountText(amount);
};

export const countColumns = [
  'month',
  'provider',
  'organisation',
  'application',
  'price',
  'logins',
  'cost',
  'avoided',
  'saved',
] as const;

/** The cells of one count, in the order of the columns. */
export const cellsOf = (count: LoginCount): readonly string[] => [
  count.month,
  count.provider,
  count.organisation,
  count.application,
  count.price,
  String(count.logins),
  textOf(count.price, count.logins),
  String(count.avoided),
  textOf(count.price, count.avoided),
];

/** What each provider comes to in each currency; logins without a price count as logins alone. */
export function totalsOf(counts: readonly LoginCount[]): readonly (readonly [provider: string, text: string])[] {
  const totals = new Map<
    string,
    { logins: number; avoided: number; cost: Map<string, bigint>; saved: Map<string, bigint> }
  >();
  for (const { provider, price, logins, avoided } of counts) {
    const total = totals.get(provider) ?? { logins: 0, avoided: 0, cost: new Map(), saved: new Map() };
    total.logins += logins;
    total.avoided += avoided;
    for (const [sums, times] of [
      [total.cost, logins],
      [total.saved, avoided],
    ] as const) {
      const amount = amountOf(price, times);
      if (amount !== undefined) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.tenThousandths);
    }
    totals.set(provider, total);
  }
  const sumText = (sums: ReadonlyMap<string, bigint>): string =>
    [...sums].map(([currency, tenThousandths]) => amountText({ tenThousandths, currency })).join(' + ') || 'no price';
  return [...totals].map(([provider, { logins, avoided, cost, saved }]) => [
    provider,
    `${logins} logins (${sumText(cost)}), ${avoided} avoided (${sumText(saved)})`,
  ]);
}

/** Cells of CSV (RFC 4180): quoted where they must be. */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');

/** Lines of a table whose columns are as wide as their widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (cell || '-').padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
