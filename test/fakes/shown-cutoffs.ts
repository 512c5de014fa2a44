// Ways to log in that end, as their pages are given them: one of each standing, and one that ends soon.
import type { Application } from '../../src/core/catalogue/index.ts';
import type { OwnStanding } from '../../src/core/policy/index.ts';
import type { CutoffDesk } from '../../src/edge/web/portal/index.ts';
import { catalogue } from './login-steps.ts';

const day = (month: number, date: number): number => Date.UTC(2027, month - 1, date, 10);
const way = (provider: string, standing: OwnStanding['standing']): OwnStanding => ({
  way: { provider, connector: provider === 'card' ? 'smartcard' : 'password', level: 'low' },
  standing,
});
const application = (id: string) => catalogue.applications.get(id) as Application;
const cutoff = catalogue.methodCutoffs.get('no-passwords');

export const shownCutoffs: CutoffDesk = {
  howTo: (person) =>
    Promise.resolve(
      person === 'nobody'
        ? []
        : [
            {
              application: application('ehr'),
              ways: [
                way('card', { kind: 'works' }),
                way('password', { kind: 'works', until: day(3, 1) }),
                way('directory', { kind: 'exempt', until: day(5, 1) }),
              ],
              orders: [],
            },
            {
              application: application('core'),
              ways: [
                way('password', { kind: 'ended', from: Date.UTC(2026, 10, 1, 10) }),
                way('directory', { kind: 'not' }),
              ],
              orders: cutoff === undefined ? [] : [{ cutoff, order: [0] }],
            },
          ],
    ),
  ending: () => Promise.resolve([{ application: 'ehr', provider: 'password', from: day(1, 20) }]),
};
