// kill -9 of the hub, and of its database too, at random moments under load: no acknowledged login or ticket is missing afterwards.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from '../../src/wire/texts/index.ts';
import {
  ApplicationClient,
  demoApplication,
  descendantsOf,
  freeAddresses,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startHub,
  stillRuns,
  type TestTickets,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';

const rounds = Number(process.env['CRASH_ROUNDS'] ?? 10);
const workers = 3;
const leastMs = 40_000;

interface Acknowledged {
  /** Sessions that a ticket was given in. */
  readonly sessions: Set<string>;
  readonly references: Set<string>;
  readonly issued: Set<string>;
  readonly refreshed: Set<string>;
}

function note(known: Acknowledged, tickets: TestTickets, kind: 'issued' | 'refreshed'): void {
  known[kind].add(String(tickets.accessClaims.jti));
  if (kind === 'refreshed') return;
  known.sessions.add(String(tickets.idClaims.sid));
  known.references.add(String(tickets.idClaims.decision));
}

/** Logs in by password once, then by single sign-on and refresh again and again, until the hub is gone. */
async function work(hub: RunningHub, known: Acknowledged): Promise<void> {
  const client = new ApplicationClient(demoApplication(hub));
  const browser = new HttpBrowser(hub.rootPem);
  const back = (url: URL): boolean => url.origin === hub.ehrUrl;
  const user = { username: 'kari', password: hub.password('kari') };
  for (;;) {
    const login = await client.push();
    const page = await logInWithPassword(browser, login.url, user, back);
    assert.ok(back(page.url), page.body);
    const tickets = await client.complete(page.url, login);
    note(known, tickets, 'issued');
    if (tickets.refreshToken) note(known, await client.refresh(tickets.refreshToken), 'refreshed');
  }
}

const isGone = (error: unknown): boolean => {
  const { code, cause, name } = error as { code?: string; cause?: unknown; name?: string };
  if (cause !== undefined && isGone(cause)) return true;
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code ?? '') || name === 'TimeoutError';
};

describe('kill -9', { skip: process.platform === 'linux' ? false : 'needs /proc' }, () => {
  const folder = temporaryFolder('crash');
  let hub: RunningHub | undefined;
  after(async () => {
    await hub?.stop();
    folder.remove();
  });

  test('no acknowledged login or ticket is missing from the trail, and the trail verifies', async (context) => {
    const addresses = await freeAddresses();
    const known: Acknowledged = { sessions: new Set(), references: new Set(), issued: new Set(), refreshed: new Set() };
    const until = performance.now() + leastMs;
    let done = 0;
    const starts: number[] = [];
    for (; done < rounds || performance.now() < until; done += 1) {
      hub = await startHub({ addresses, dataFolder: folder.path });
      starts.push(Math.round(hub.startMs));
      const before = known.issued.size;
      const running = Array.from({ length: workers }, () => work(hub as RunningHub, known));
      const ended = Promise.allSettled(running);
      while (known.issued.size === before) {
        await Promise.race([sleep(10), ...running]);
      }
      await sleep(randomInt(20, 1200));
      const servers = descendantsOf(hub.pid).filter(({ command }) => /postgres/.test(command));
      assert.ok(servers.length > 0, 'the embedded server runs below the hub');
      const dying = hub.kill();
      // Every third time the database is not asked to end either.
      if (done % 3 === 0) for (const { pid } of servers) killQuietly(pid);
      const { signal, left } = await dying;
      assert.equal(signal, 'SIGKILL');
      assert.deepEqual(left, [], 'the demo and the database follow the hub');
      assert.ok(!servers.some(stillRuns));
      for (const outcome of await ended)
        if (outcome.status === 'rejected') assert.ok(isGone(outcome.reason), String(outcome.reason?.stack));
    }

    hub = await startHub({ addresses, dataFolder: folder.path });
    const verified = await tillitCommand(hub, 'audit', 'verify');
    assert.equal(verified.code, 0, verified.output);
    const events = async (kind: string): Promise<readonly Record<string, unknown>[]> => {
      const { output } = await tillitCommand(
        hub as RunningHub,
        'audit',
        'find',
        '--kind',
        kind,
        '--limit',
        '100000',
        '--json',
      );
      return output
        .split('\n')
        .filter((line) => line.startsWith('{"id"'))
        .map((line) => (JSON.parse(line) as { event: Record<string, unknown> }).event);
    };
    const missing = (wanted: ReadonlySet<string>, found: readonly unknown[]): string[] => {
      const there = new Set(found);
      return [...wanted].filter((one) => !there.has(one));
    };
    const jti = (event: Record<string, unknown>): unknown => (event['body'] as { jti?: string }).jti;
    assert.deepEqual(missing(known.issued, (await events('ticket.issued')).map(jti)), []);
    assert.deepEqual(missing(known.refreshed, (await events('ticket.refreshed')).map(jti)), []);
    assert.deepEqual(
      missing(
        known.sessions,
        (await events('session.started')).map(({ session }) => session),
      ),
      [],
    );
    assert.deepEqual(
      missing(
        known.references,
        (await events('journey.finished')).map(({ reference }) => reference),
      ),
      [],
    );
    const { sessions, issued, refreshed } = known;
    context.diagnostic(
      `${done} kills; ${sessions.size} logins, ${issued.size} tickets, ${refreshed.size} refreshes; starts ${starts.join(' ')} ms`,
    );
  });

  test('what was revoked or used before stays so after a kill, and what was not goes on (A13)', async () => {
    assert.ok(hub, 'the hub of the test before still runs');
    const { dataFolder, hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl } = hub;
    const client = new ApplicationClient(demoApplication(hub));
    const browser = new HttpBrowser(hub.rootPem);
    const back = (url: URL): boolean => url.origin === ehrUrl;
    const user = { username: 'kari', password: hub.password('kari') };
    const logIn = async () => {
      const login = await client.push();
      const page = await logInWithPassword(browser, login.url, user, back);
      return { login, page };
    };
    const first = await logIn();
    const revoked = await client.complete(first.page.url, first.login);
    const second = await logIn();
    const kept = await client.complete(second.page.url, second.login);
    await client.revoke(revoked.refreshToken ?? '');
    const third = await logIn();
    await client.complete(third.page.url, third.login);
    await hub.kill();
    hub = await startHub({ dataFolder, addresses: { hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl } });
    const refused = (error: unknown): boolean => (error as { error?: string }).error === 'invalid_grant';
    const renewed = await client.refresh(kept.refreshToken ?? '');
    assert.equal(renewed.accessClaims.sub, 'kari-nordmann');
    await assert.rejects(client.refresh(revoked.refreshToken ?? ''), refused);
    await assert.rejects(client.complete(third.page.url, third.login), refused);
    const own = await browser.go(`${hubUrl}/portal`);
    assert.ok(own.body.includes(text('en', 'portal.sessions')), 'her session goes on');
  });
});

/** The database may have ended by itself already. */
function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it is gone
  }
}
