// A question to the trail as it is typed at the command line: read, or told what is wrong with it, under the place.
import { type Query, type QueryFault, readQuery } from '../../core/audit/query/index.ts';
import { text } from '../../wire/texts/index.ts';
import { fault } from './audit-place.ts';

/** The query; throws a Problem that shows each fault under its place, and what to write instead. */
export function queryOf(typed: string): Query {
  const read = readQuery(typed);
  if (read.ok) return read.query;
  throw fault(`the question cannot be read:\n${read.faults.map((each) => faultLines(typed, each)).join('\n')}`);
}

const around = 60;

/** Three lines: the part of the question, a mark under the place, and the words. */
export function faultLines(typed: string, { code, at, end, meant }: QueryFault): string {
  const from = Math.max(0, at - around);
  const part = printable(typed.slice(from, at + around));
  const mark = `${' '.repeat(at - from)}${'^'.repeat(Math.max(1, Math.min(end, from + part.length) - at))}`;
  const words = text('en', `search.fault.${code}`);
  const instead = meant === undefined ? '' : ` ${text('en', 'search.meant', { meant: printable(meant) })}`;
  return `  ${part}\n  ${mark}\n  ${words}${instead}`;
}

// What somebody pasted moves no cursor of the terminal.
const printable = (given: string): string => given.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
