// The test CA in a folder: made on first use, loaded afterwards; every file can be read by its owner only.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pemBlocks } from '../../../base/x509/index.ts';
import { type Authority, createAuthority, loadAuthority, privateKeyPem } from './authority.ts';
import { type AuthorityName, authorityPlans } from './plan.ts';

export interface TestPki {
  /** Undefined for one that lives in memory only (tests). */
  readonly folder: string | undefined;
  /** Where the lists lie, as the certificates name it, without a trailing slash. */
  readonly crlBaseUrl: string;
  readonly authorities: Readonly<Record<AuthorityName, Authority>>;
  readonly revoked: Map<AuthorityName, RevokedSerial[]>;
  readonly clock: () => number;
}

export interface RevokedSerial {
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** RFC 5280 5.3.1. */
  readonly reason: number;
}

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivate(path: string, content: string | Buffer): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export const crlUrl = (base: string, name: AuthorityName): string => `${base}/crl/${name}.crl`;

function createAll(crlBaseUrl: string, now: number): Record<AuthorityName, Authority> {
  const made: Partial<Record<AuthorityName, Authority>> = {};
  for (const plan of authorityPlans)
    made[plan.name] = createAuthority(plan, plan.parent && made[plan.parent], {
      now,
      crlUrl: (name) => crlUrl(crlBaseUrl, name),
    });
  return made as Record<AuthorityName, Authority>;
}

function saveAuthority(folder: string, { name, pem, key }: Authority): void {
  writePrivate(join(folder, `${name}.key`), privateKeyPem(key));
  writePrivate(join(folder, `${name}.pem`), pem); // last: a certificate alone says that the authority is there
}

/** What a former version of the demo did not have yet is made. */
function loadAll(folder: string, crlBaseUrl: string, now: number): Record<AuthorityName, Authority> {
  const loaded: Partial<Record<AuthorityName, Authority>> = {};
  for (const plan of authorityPlans) {
    if (!existsSync(join(folder, `${plan.name}.pem`))) {
      const made = createAuthority(plan, plan.parent && loaded[plan.parent], {
        now,
        crlUrl: (name) => crlUrl(crlBaseUrl, name),
      });
      saveAuthority(folder, made);
      loaded[plan.name] = made;
      continue;
    }
    const [der] = pemBlocks(readFileSync(join(folder, `${plan.name}.pem`), 'utf8'));
    if (der === undefined) throw new Error(`no certificate in ${plan.name}.pem`);
    loaded[plan.name] = loadAuthority(plan, der, readFileSync(join(folder, `${plan.name}.key`), 'utf8'));
  }
  return loaded as Record<AuthorityName, Authority>;
}

const readState = (mark: string) =>
  JSON.parse(readFileSync(mark, 'utf8')) as { crlBaseUrl: string; revoked: [AuthorityName, RevokedSerial[]][] };

/**
 * Opens the test CA in `folder`, or makes it there when the folder has none (or in memory, with `folder` undefined).
 * `crlBaseUrl` counts when it is made; afterwards what its certificates name stays as it is.
 */
export function createTestPki(
  folder: string | undefined,
  options: { crlBaseUrl: string; clock?: () => number },
): TestPki {
  const clock = options.clock ?? (() => Date.now());
  const mark = folder === undefined ? undefined : join(folder, 'test-ca.json');
  if (folder === undefined || mark === undefined)
    return {
      folder,
      crlBaseUrl: options.crlBaseUrl,
      authorities: createAll(options.crlBaseUrl, clock()),
      revoked: new Map(),
      clock,
    };
  if (existsSync(mark)) {
    const { crlBaseUrl, revoked } = readState(mark);
    return { folder, crlBaseUrl, authorities: loadAll(folder, crlBaseUrl, clock()), revoked: new Map(revoked), clock };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pki: TestPki = {
    folder,
    crlBaseUrl: options.crlBaseUrl,
    authorities: createAll(options.crlBaseUrl, clock()),
    revoked: new Map(),
    clock,
  };
  for (const authority of Object.values(pki.authorities)) saveAuthority(folder, authority);
  saveState(pki); // last, so that a half-made folder is made again
  return pki;
}

/** Takes over what another process revoked in the same folder since. */
export function refreshState(pki: TestPki): void {
  if (pki.folder === undefined) return;
  const { revoked } = readState(join(pki.folder, 'test-ca.json'));
  for (const [name, list] of revoked) pki.revoked.set(name, list);
}

/** Writes down what was revoked. */
export function saveState(pki: TestPki): void {
  if (pki.folder === undefined) return;
  writePrivate(
    join(pki.folder, 'test-ca.json'),
    JSON.stringify({ crlBaseUrl: pki.crlBaseUrl, revoked: [...pki.revoked] }, undefined, 1),
  );
}
