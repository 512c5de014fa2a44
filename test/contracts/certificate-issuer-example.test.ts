// What docs/integrate/certificate-issuer.md tells an operator to write: applied, kept secret, and asked by.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { certificateIssuers } from '../../src/apps/hub/ordering/certificate-issuers.ts';
import { compileCatalogue } from '../../src/core/catalogue/index.ts';
import { readItems } from '../../src/edge/store/hub/catalogue.ts';
import { certificate, newKey, pem } from '../fakes/certificates.ts';
import { estServer } from '../fakes/est-issuer.ts';
import { startIssuerServer } from '../fakes/issuer-server.ts';
import { certificationRequest, issuingCa } from '../fakes/issuing-ca.ts';
import { applyWorld, keyring, sampleFile } from './apply-world.ts';
import { onEachServer } from './servers.ts';

const page = readFileSync(new URL('../../docs/integrate/certificate-issuer.md', import.meta.url), 'utf8');
const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];

onEachServer('the example of an outside issuer', (database) => {
  const { folder, write, applied, exported, changes } = applyWorld(database);
  test('is applied once, shows no secret, and gets a certificate with the credentials of its files', async () => {
    const ca = issuingCa();
    const clients = certificate('Clients', newKey(), undefined);
    const hub = certificate('hub', newKey(), clients);
    const server = await startIssuerServer('localhost', {
      requestCert: true,
      rejectUnauthorized: true,
      ca: clients.pem,
    });
    const est = estServer(ca);
    server.answer = (one) => est.answer(one);
    try {
      for (const [name, text] of [
        ['region-ca.pem', ca.pem],
        ['servers.pem', server.root],
        ['hub.pem', hub.pem],
        ['hub.key', pem(hub.key)],
        ['secret', 'the secret of the hub\n'],
      ] as const)
        writeFileSync(join(folder.path, name), text);
      const told = parse(yaml.replace('https://ca.region.example', server.url)) as Record<string, unknown[]>;
      const sample = sampleFile();
      const file = write({
        ...sample,
        certificateIssuers: [...(sample['certificateIssuers'] ?? []), ...(told['certificateIssuers'] ?? [])],
        cardProfiles: [...(sample['cardProfiles'] ?? []), ...(told['cardProfiles'] ?? [])],
      });
      await applied(file);
      assert.equal((await applied(file)).total, 0, 'the same key and secret are no change');
      const text = await exported({ sections: ['certificateIssuers'] });
      assert.match(text, /sealedKey: \(kept\).*sealedSecret: \(kept\)/s);
      assert.equal((await applied(write(text))).total, 0);
      const trail = await database.pool.query('SELECT text FROM hub.audit_event');
      const [line = ''] = pem(hub.key).split('\n').slice(1);
      for (const shown of [text, JSON.stringify(changes), JSON.stringify(trail.rows)])
        assert.ok(!shown.includes('the secret of the hub') && !shown.includes(line));

      const compiled = compileCatalogue(1, await readItems(database.pool), new Set(['hospital', 'ward-owner']));
      assert.ok(compiled.ok);
      const { certificateIssuers: records, cardProfiles } = compiled.snapshot;
      const issuer = certificateIssuers({
        pool: database.pool,
        keyring,
        clock: Date.now,
        records: () => records,
        own: undefined,
        authorities: undefined,
      })(cardProfiles.get('region-card')?.issuer ?? '');
      const answer = await issuer?.submit({
        order: 'c1/3/0',
        profile: 'login',
        request: certificationRequest(newKey()),
        holder: { serialNumber: 'SE2000000081-NINA' },
        notAfter: Date.now() + 86_400_000,
        person: 'nina',
        reference: 'c1',
      });
      assert.equal(answer?.kind, 'issued');
      const basic = `Basic ${Buffer.from('hub:the secret of the hub').toString('base64')}`;
      assert.ok(server.asked.every(({ headers }) => headers['authorization'] === basic));
    } finally {
      await server.stop();
    }
  });
});
