// `node bench/accounts-login.ts [--new 40] [--burst 200]`: from proof to ready account in a real domain (Samba), one at a time and many at once, beside ldapts alone.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { nameIdFormats } from '../src/base/saml/index.ts';
import { loadXml } from '../src/base/xml/index.ts';
import { SamlFake } from '../test/fakes/saml-provider.ts';
import { assertionOn, bring, ownMetadata, samlApplicationItem, samlItem, visit } from '../test/flows/saml-visits.ts';
import { applyItems } from '../test/support/hub-pair.ts';
import { type HttpAnswer, HttpBrowser, startHub } from '../test/support/index.ts';
import { makeRegion, regionTarget, regionTree } from '../test/support/region-directory.ts';
import { startSamba } from '../test/support/samba.ts';
import { bareAccounts } from './bare-accounts.ts';
import { quantile } from './load.ts';
import { machine } from './report.ts';

const { values: options } = parseArgs({
  options: { new: { type: 'string', default: '40' }, burst: { type: 'string', default: '200' } },
});
const [singles, many] = [Number(options.new), Number(options.burst)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tree = regionTree;
const group = `CN=Cosmic,${tree}`;
const letters = (n: number): string =>
  [...n.toString().padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('');
const idOf = (n: number): string => `p${n}`;

await loadXml();
const kommun = new SamlFake('kommun');
const [samba, hub] = await Promise.all([startSamba(), startHub()]);

/** Everything until the proof is there: the form that brings it. */
async function proven(who: string, browser: HttpBrowser) {
  const start = await browser.go(`${hub.hubUrl}/saml/init/cosmic?provider=kommun`);
  return kommun.answer(await visit(browser, start, kommun), {
    nameId: { format: nameIdFormats.persistent, value: who },
  });
}

interface Waited {
  readonly ms: number;
  /** Pages that waited, and the most that one of them said were before. */
  readonly pages: number;
  readonly before: number;
}

/** As a browser that does what the page says, until the application's assertion is there. */
async function ready(browser: HttpBrowser, first: Promise<HttpAnswer>): Promise<Waited> {
  const begun = performance.now();
  let page = await first;
  let [pages, before] = [0, 0];
  for (; /<progress/.test(page.body); pages += 1) {
    before = Math.max(before, Number(/(\d+) people are before you/.exec(page.body)?.[1] ?? 0));
    await sleep(1000 * Number.parseInt(String(page.headers.refresh ?? '1'), 10));
    page = await browser.go(page.url.href);
  }
  assertionOn(page);
  return { ms: performance.now() - begun, pages, before };
}
const shown = (times: readonly number[]): string =>
  `p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms, most ${Math.max(...times).toFixed(0)} ms of ${times.length}`;
const ratio = (ours: readonly number[], floor: readonly number[]): string =>
  `${(quantile(ours, 0.5) / quantile(floor, 0.5)).toFixed(1)} × the bare writes`;

try {
  await makeRegion(samba, hub, 'Cosmic');
  // As an operator is told to.
  await samba.index('employeeNumber');
  await applyItems(hub, {
    organisations: [{ id: 'town', name: 'Smalltown' }],
    providers: [samlItem(kommun)],
    samlApplications: [
      samlApplicationItem('cosmic', { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
    ],
    accountTargets: [regionTarget(samba)],
    accountRules: [
      {
        id: 'care',
        name: { en: 'Care' },
        target: 'region',
        applications: ['cosmic'],
        container: tree,
        attributes: [{ name: 'displayName', value: '{displayName}' }],
        groups: [group],
      },
    ],
    people: Array.from({ length: singles + many }, (_, n) => ({
      id: idOf(n),
      givenName: `Given${letters(n)}`,
      familyName: `${letters(n)}family`,
      identities: [{ namespace: 'saml:kommun', value: idOf(n) }],
      assignments: [{ id: `${idOf(n)}-at-town`, organisation: 'town', role: 'nurse', hsaId: `SE0000000000-${n}` }],
    })),
  });
  await kommun.trust(await ownMetadata(hub));

  const bare = await bareAccounts(samba, { tree, group, count: singles });
  const fresh: number[] = [];
  const again: number[] = [];
  for (let n = 0; n < singles; n += 1) {
    const browser = new HttpBrowser(hub.rootPem);
    const form = await proven(idOf(n), browser);
    fresh.push((await ready(browser, bring(browser, kommun, form.action, form.fields))).ms);
    again.push((await ready(browser, browser.go(`${hub.hubUrl}/saml/init/cosmic?provider=kommun`))).ms);
  }

  const waiting = [];
  for (let n = singles; n < singles + many; n += 1) {
    const browser = new HttpBrowser(hub.rootPem);
    waiting.push({ browser, form: await proven(idOf(n), browser) });
  }
  const begun = performance.now();
  const burst = await Promise.all(
    waiting.map(({ browser, form }) => ready(browser, bring(browser, kommun, form.action, form.fields))),
  );
  const seconds = (performance.now() - begun) / 1000;

  say(machine('embedded PostgreSQL 18, fsync on; Samba 4.17 with ldb:nosync'));
  say(`a new account, from proof to the application: ${shown(fresh)}; ${ratio(fresh, bare.made)}`);
  say(`an extension, the same: ${shown(again)}; ${ratio(again, bare.extended)}`);
  say(`bare ldapts, one at a time: made ${shown(bare.made)}; extended ${shown(bare.extended)}`);
  say(
    `${many} first logins at once: all after ${seconds.toFixed(1)} s, ${(many / seconds).toFixed(1)} accounts a second; ${shown(burst.map(({ ms }) => ms))}`,
  );
  say(`bare ldapts, eight at once: ${bare.perSecond.toFixed(1)} accounts a second`);
  say(
    `pages that waited: ${burst.reduce((sum, { pages }) => sum + pages, 0)}, with up to ${Math.max(...burst.map(({ before }) => before))} before`,
  );
} finally {
  await hub.remove();
  await samba.remove();
}
