// `tillit logins`: what was counted of logins at providers, what they cost, and what single sign-on saved (N10).
import { readLoginCounts } from '../../edge/store/hub/login-counts.ts';
import { withAdminPlace } from './admin-place.ts';
import { type Command, usedWrongly } from './command.ts';
import { cellsOf, countColumns, csvLine, tableLines, totalsOf } from './login-costs.ts';
import { readWords } from './words.ts';

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  csv: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const monthShape = /^\d{4}-(0[1-9]|1[0-2])$/;

export const logins: Command = {
  name: 'logins',
  summary: 'Count logins at outside providers by month, organisation and application, with their cost.',
  usage: `logins [--from YYYY-MM] [--to YYYY-MM] [--csv|--json]
--from, --to  months, both included; this month without them (UTC)
--csv         a table for a spreadsheet
--json        one JSON object a line
"avoided" are logins that single sign-on saved. A count without an organisation is of logins that did not end well.`,
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(logins, io, words.why);
    const { values, positionals } = words;
    if (positionals.length > 0) return usedWrongly(logins, io, `What is ${positionals[0]}?`);
    const wrong = [values.from, values.to].find((month) => month !== undefined && !monthShape.test(month));
    if (wrong !== undefined) return usedWrongly(logins, io, `${wrong} is no month such as 2026-11.`);
    if (values.csv && values.json) return usedWrongly(logins, io, 'Say --csv or --json, not both.');
    return await withAdminPlace(io, 'logins', async ({ pool, clock }) => {
      const thisMonth = new Date(clock()).toISOString().slice(0, 7);
      const to = values.to ?? (values.from !== undefined && values.from > thisMonth ? values.from : thisMonth);
      const from = values.from ?? to;
      const counts = await readLoginCounts(pool, from, to);
      if (values.json) for (const count of counts) io.out(JSON.stringify(count));
      else if (values.csv) for (const row of [countColumns, ...counts.map(cellsOf)]) io.out(csvLine(row));
      else if (counts.length === 0) io.out(`No logins at outside providers from ${from} to ${to}.`);
      else {
        for (const line of tableLines([countColumns, ...counts.map(cellsOf)])) io.out(line);
        io.out('');
        for (const [provider, total] of totalsOf(counts)) io.out(`${provider}: ${total}`);
      }
      return 0;
    });
  },
};
