// Accounts that differ as their pages are given them: one of each kind with every difference, and what was asked to be mended.
import { type Difference, driftKinds, mendWord } from '../../src/core/provisioning/index.ts';
import type { DriftDesk, DriftDone, ShownDrift, ShownTarget } from '../../src/edge/web/portal/index.ts';

const at = Date.UTC(2027, 0, 4, 3, 0);
const differences: readonly Difference[] = [
  { kind: 'attribute', name: 'title', is: ['<Boss>'], wanted: ['Nurse & midwife'] },
  { kind: 'attribute', name: 'company', is: [], wanted: ['Smalltown'] },
  { kind: 'groupAdded', group: 'CN=Administrators,OU=Groups,OU=External,DC=region,DC=example' },
  { kind: 'groupRemoved', group: 'CN=Care' },
  { kind: 'cardAdded', mapping: 'X509:<SKI>0a1b' },
  { kind: 'cardRemoved', mapping: 'X509:<I>C=SE,CN=Care<SR>02' },
  { kind: 'moved', is: 'OU=Elsewhere', wanted: 'OU=Care' },
  { kind: 'end', wanted: at },
  { kind: 'end', is: at + 86_400_000, wanted: at },
  { kind: 'enabled', wanted: at },
  ...(
    ['disabled', 'noPassword', 'notThere', 'nobodys', 'notDeleted', 'markRemoved', 'notOurs', 'ambiguous'] as const
  ).map((kind) => ({ kind })),
];
const drift = (what: ShownDrift['what'], index: number): ShownDrift => ({
  key: `SE2321000156-${index}`,
  what,
  name: what === 'orphan' ? undefined : 'Nina <Berg>',
  loginName: what === 'missing' ? undefined : `ninber${index}`,
  differences: index === 0 ? differences : [{ kind: 'notThere' }],
  steps: what === 'stopped' ? [] : ['change'],
  closes: false,
  isProtected: index === 3,
  askedBy: index === 1 ? 'Mona Lund' : undefined,
  isMended: false,
});
const targets: readonly ShownTarget[] = [
  {
    target: 'region',
    name: { en: 'Region & <sons>' },
    look: {
      run: 'run-1',
      endedAt: at,
      counts: { asWanted: 1240, openedByHand: 3, drifted: 25, missing: 1, orphan: 2, stopped: 1, there: 1270 },
    },
  },
  {
    target: 'ill',
    name: { en: 'Ill' },
    look: { run: 'run-2', endedAt: at, counts: { missing: 300, there: 0 }, doubt: 'nothingThere' },
    unfinished: { at, why: 'unreachable' },
  },
  { target: 'new', name: { en: 'New' } },
];

/** A desk over these; `done` collects what was asked, `answers` what the next mending is told. */
export function shownDrift() {
  const done: string[] = [];
  const answers: DriftDone[] = [];
  const desk: DriftDesk = {
    mayLook: async (who) => who === 'administrator',
    list: async () => targets,
    async look(target, { what, after }) {
      const found = targets.find((one) => one.target === target);
      if (found === undefined) return undefined;
      done.push(`look ${target} ${what ?? ''} ${after}`);
      const all = found.look === undefined ? [] : driftKinds.map(drift);
      return {
        ...found,
        drifts: all.filter((one) => what === undefined || one.what === what),
        next: after === '' && found.look !== undefined ? 'SE2321000156-4' : undefined,
      };
    },
    async mend(session, target, { run, choice, proof }) {
      done.push(`${session.person} ${target} ${run} ${mendWord(choice)} ${proof.minimum}`);
      return answers.shift() ?? { kind: 'asked', count: 3 };
    },
  };
  return { desk, done, answers };
}
