// The page after logout: what was ended and what was not, frames for the browser's own session alone, and where it goes on to.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import { loggedOutPath, portalRoutes } from './index.ts';
import { progressScript } from './progress-script.ts';

const target = [
  ['application', 'ehr'],
  ['uri', 'https://ehr.example/bye'],
  ['state', 'x'],
] as const;
let face: WebFace;
beforeEach(() => {
  face = webFace(() => 'https://hub.example');
});

/** GETs an address as a browser without a session. */
async function look(address: string, cookie = ''): Promise<HttpResponse> {
  const url = new URL(address, 'https://hub.example');
  const [, first, sessions = '', proof = ''] = url.pathname.split('/');
  const path = first === 'portal' ? '/portal' : '/logged-out/:sessions/:proof';
  const found = portalRoutes(face.portalPorts).find((route) => route.path === path && route.method === 'GET');
  assert.ok(found);
  return await found.handle({
    method: 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    params: { sessions, proof },
    headers: { cookie: `__Host-tillit-locale=en; ${cookie}` },
    body: Buffer.alloc(0),
    ip: '192.0.2.7',
  });
}
const at = (sessions: readonly string[], fields: readonly (readonly [string, string])[] = []) =>
  look(loggedOutPath(face.portalPorts, sessions, fields));
const bodyOf = async (...given: Parameters<typeof at>) => String((await at(...given)).body);

describe('the page says', () => {
  test('what was not reached, and what to do about it', async () => {
    const body = await bodyOf(['s2']);
    assert.match(body, /<h1[^>]*>You are logged out here, but not everywhere/);
    assert.match(body, /class="bad"><p>Something may still be open\. Log out in the programs/);
    assert.match(body, /Patient record<\/span><span class="failed">Could not be reached\. We keep trying\./);
    assert.match(body, /National core record<\/span><span class="failed">Cannot be logged out from here/);
    assert.match(body, /data-more="1"/);
    assert.match(body, /href="[^"]+">Show again/);
  });

  test('that all was ended', async () => {
    const body = await bodyOf(['told']);
    assert.match(body, /<h1[^>]*>You are logged out</);
    assert.match(body, /Everything that you had open was ended/);
    assert.doesNotMatch(body, /data-more|Show again|class="bad"/);
  });

  test('each application once, with the worst of several sessions', async () => {
    const body = await bodyOf(['s1', 's2', 'told']);
    assert.equal(body.split('Patient record</span>').length, 2);
    assert.match(body, /Patient record<\/span><span class="failed">/);
  });

  test('nothing about a session by its id alone, and leads nowhere', async () => {
    const forged = loggedOutPath(face.portalPorts, ['s2'], target).replace('/s2/', '/s1/');
    const body = String((await look(forged)).body);
    assert.doesNotMatch(body, /Patient record|ehr\.example/);
    const added = loggedOutPath(face.portalPorts, ['s1']).replace('/s1/', '/s1.s2/');
    assert.doesNotMatch(String((await look(added)).body), /Patient record/);
  });
});

test('what was asked in a frame has its time: until the page was shown again, or its script has looked for six seconds', async () => {
  const asked: (boolean | undefined)[] = [];
  const { logoutProgress } = face.portalPorts;
  face.portalPorts = {
    ...face.portalPorts,
    logoutProgress: async (given) => {
      asked.push(given.waited);
      return [
        ...(await logoutProgress(given)),
        {
          session: 's2',
          to: { kind: 'application', id: 'core' },
          status: 'pending',
          frame: 'https://core.example/slo?SAMLRequest=x',
          frameBack: 'https://hub.example',
        },
      ];
    },
  };
  const first = await at(['s2']);
  assert.match(
    String(first.headers['content-security-policy']),
    /frame-src https:\/\/core\.example https:\/\/hub\.example;/,
  );
  assert.match(String(first.body), /href="[^"]*shown=1">Show again/);
  for (const fields of [
    ['live', '1'],
    ['live', '5'],
    ['live', '6'],
    ['shown', '1'],
    ['live', 'x'],
  ] as const)
    await at(['s2'], [fields]);
  assert.deepEqual(asked, [false, false, false, true, true, false]);
});

describe('frames', () => {
  test('for what this browser’s session reached, under a policy of just those origins', async () => {
    const answer = await at(['front']);
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /; frame-src https:\/\/ehr\.example; form-action/);
    assert.match(
      String(answer.body),
      /<iframe [^>]*sandbox="allow-scripts allow-same-origin" [^>]*src="https:\/\/ehr\.example\/out\?sid=front">/,
    );
    assert.match(String(answer.body), /Your browser asked it to log you out/);
  });

  test('not for a session that was in another browser: there it cannot be told', async () => {
    const answer = await at(['told', 'front']);
    assert.doesNotMatch(String(answer.headers['content-security-policy']), /frame-src/);
    assert.doesNotMatch(String(answer.body), /<iframe/);
    assert.match(String(answer.body), /Cannot be logged out from here/);
  });

  test('not again when the script looks for news', async () => {
    assert.doesNotMatch(await bodyOf(['front'], [['live', '1']]), /<iframe/);
  });
});

describe('going on to where the application asked', () => {
  test('at once when every application was told by its server', async () => {
    const answer = await at(['told'], target);
    assert.deepEqual([answer.status, answer.headers.location], [303, 'https://ehr.example/bye?state=x']);
    assert.equal((await at(['nothing'], target)).status, 303, 'nothing was reached');
  });

  test('not before the frames were shown: the script does it then, and there is a link', async () => {
    const body = await bodyOf(['front'], target);
    assert.match(body, /data-next="https:\/\/ehr\.example\/bye\?state=x"/);
    assert.match(body, /href="https:\/\/ehr\.example\/bye\?state=x">Continue to Patient record/);
  });

  test('not by itself when something is still open: the person reads it first', async () => {
    const body = await bodyOf(['s2'], target);
    assert.doesNotMatch(body, /data-next/);
    assert.match(body, /Continue to Patient record/);
    assert.match(body, /href="\/logged-out\/s2\/[^"]+\?application=ehr&amp;uri=[^"]+">Show again/);
  });

  test('to nowhere that is not registered (O11)', async () => {
    for (const uri of ['https://evil.example/', 'https://ehr.example/bye/', '//evil.example']) {
      const answer = await at(
        ['told'],
        [
          ['application', 'ehr'],
          ['uri', uri],
        ],
      );
      assert.equal(answer.status, 200, uri);
      assert.doesNotMatch(String(answer.body), /evil|bye/, uri);
    }
  });
});

test('the page’s policy knows its script, and pages without news have none', async () => {
  const answer = await at(['s1']);
  assert.ok(String(answer.headers['content-security-policy']).includes(`script-src 'sha256-${progressScript.hash}'`));
  assert.ok(String(answer.body).includes(progressScript.element.toString()));
  const plain = await look('/logged-out/x/y');
  assert.doesNotMatch(String(plain.body) + String(plain.headers['content-security-policy']), /script/);
});

test('the own sessions’ page says what became of one that was ended, of one’s own alone', async () => {
  const mine = String((await look('/portal?ended=s2', '__Host-tillit-session=s1')).body);
  assert.match(mine, /That login has been ended/);
  assert.match(mine, /Patient record<\/span><span class="failed">Could not be reached/);
  assert.match(mine, /on the computer where you used them/);
  const other = String((await look('/portal?ended=other', '__Host-tillit-session=s1')).body);
  assert.doesNotMatch(other, /That login has been ended/);
});
