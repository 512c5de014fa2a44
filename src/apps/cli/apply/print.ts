// Shows changes as lines: a sign, what it is, and each member before and after; coloured on a terminal.
import { type Change, type ChangeAction, type ChangeCounts, leftOut } from '../../hub/apply/index.ts';

const signs: Readonly<Record<ChangeAction, string>> = { create: '+', change: '~', remove: '-', close: 'x' };
const colours: Readonly<Record<ChangeAction, number>> = { create: 32, change: 33, remove: 31, close: 31 };
const longest = 100;

/** Paints text, or leaves it when colours are off. */
export type Paint = (colour: number, text: string) => string;
export const painter = (on: boolean): Paint =>
  on ? (colour, text) => `\u001b[${colour}m${text}\u001b[0m` : (_colour, text) => text;

/** Lines for one change. Control characters in values are shown escaped: values come from files and databases. */
export function changeLines(change: Change, paint: Paint): readonly string[] {
  const { action, kind, id, members } = change;
  const head = paint(colours[action], `${signs[action]} ${kind} ${id}`);
  // A new item's defaults and whole content are the file's own: its members are told only when something changes.
  const told = action === 'change' ? members : members.filter(({ path }) => path === 'password' || path === leftOut);
  return [
    head,
    ...told.map(({ path, from, to }) => {
      const before = from === undefined ? '' : `${paint(31, short(from))} `;
      return `    ${path}: ${before}${from !== undefined && to !== undefined ? '→ ' : ''}${to === undefined ? '(gone)' : paint(32, short(to))}`;
    }),
  ];
}

const short = (text: string): string => {
  const safe = [...text].map((sign) => (/\p{Cc}/u.test(sign) ? JSON.stringify(sign).slice(1, -1) : sign)).join('');
  return safe.length <= longest ? safe : `${safe.slice(0, longest)}…`;
};

/** `application: 1 new, 2 changed, 3 unchanged` for each kind. */
export function countLines(counts: ChangeCounts): readonly string[] {
  const words = {
    create: 'new',
    change: 'changed',
    remove: 'removed',
    close: 'closed',
    unchanged: 'unchanged',
  } as const;
  return Object.entries(counts).map(([kind, own]) => {
    const parts = Object.entries(words).flatMap(([what, word]) => {
      const count = own[what as keyof typeof words];
      return count ? [`${count} ${word}`] : [];
    });
    return `${kind}: ${parts.join(', ')}`;
  });
}
