// ECDSA certificates a CPU second: our authority with its register on disk, beside `openssl ca` in the same run.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { toPem } from '../../src/base/x509/index.ts';
import { issue } from '../../src/core/authority/index.ts';
import { certificateRegister, migrateAuthority } from '../../src/edge/store/authority/index.ts';
import { authorityWorld, csrOf, newEcKey, someHolder, someOrder } from '../../test/fakes/authority-world.ts';
import { startEmbedded, temporaryFolder } from '../../test/support/index.ts';
import { pinGenerator } from '../processes.ts';

const count = Number(process.argv[2] ?? 2000);
const atOnce = 16;
const folder = temporaryFolder('bench-authority');

const database = await startEmbedded();
pinGenerator();
const pool = new pg.Pool({ ...database.connection, max: 8 });
pool.on('error', () => undefined);
try {
  await migrateAuthority(pool, '0.1.0');
  const world = authorityWorld(Date.now());
  const ports = { ...world.ports, register: certificateRegister(pool) };
  const orders = Array.from({ length: count + 300 }, (_, n) =>
    someOrder({ csr: csrOf(newEcKey()), holder: { ...someHolder, serialNumber: `T${100_000 + n}` } }),
  );
  const work = async (): Promise<void> => {
    for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
      const outcome = await issue(ports, order);
      if (outcome.kind !== 'issued') throw new Error(JSON.stringify(outcome));
    }
  };
  const measured = orders.splice(300);
  await Promise.all(Array.from({ length: atOnce }, work));
  orders.push(...measured);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const wallMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  const ours = { perSecond: (count * 1000) / wallMs, cpuUs: (user + system) / count };

  const opensslCount = Math.min(count, 300);
  const peer = opensslCa(world, opensslCount);
  const round = Math.round;
  process.stdout.write(
    `${JSON.stringify({ name: 'authority', perSecond: round(ours.perSecond), cpuUs: round(ours.cpuUs), opensslPerSecond: round(peer), ratio: Number((ours.perSecond / peer).toFixed(2)) })}\n`,
  );
} finally {
  await pool.end();
  await database.stop();
  folder.remove();
}

/** `openssl ca -infiles` over many requests in one call: its own fastest way, with its index on disk. Certificates a second. */
function opensslCa(world: ReturnType<typeof authorityWorld>, many: number): number {
  const at = (name: string) => join(folder.path, name);
  writeFileSync(at('ca.pem'), toPem(world.authority.certificate.der));
  writeFileSync(at('ca.key'), String(world.key.export({ type: 'pkcs8', format: 'pem' })));
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('serial'), '1000\n');
  writeFileSync(
    at('ca.cnf'),
    `[ca]\ndefault_ca=own\n[own]\ndir=.\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\nprivate_key=ca.key\ndefault_md=sha256\ndefault_days=365\npolicy=any\nunique_subject=no\nemail_in_dn=no\nx509_extensions=ext\n[any]\ncommonName=supplied\n[ext]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,msSmartcardLogin\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\ncrlDistributionPoints=URI:http://pki.example/crl/staff.crl\n`,
  );
  const files = Array.from({ length: many }, (_, n) => {
    writeFileSync(at(`r${n}.csr`), toPem(csrOf(newEcKey(), [], `holder ${n}`), 'CERTIFICATE REQUEST'));
    return `r${n}.csr`;
  });
  const begun = performance.now();
  execFileSync('openssl', ['ca', '-batch', '-notext', '-config', 'ca.cnf', '-infiles', ...files], {
    cwd: folder.path,
    stdio: 'ignore',
  });
  return (many * 1000) / (performance.now() - begun);
}
