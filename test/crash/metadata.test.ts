// A hub that is killed or stopped while it refreshes metadata: its refresh goes with it, and the next hub does it whole.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dayMs } from '../../src/base/clock.ts';
import { sampleEntity } from '../../src/core/metadata/sample-entity.ts';
import { metadataText, serveMetadata, testSigner } from '../fakes/metadata-documents.ts';
import { freeAddresses, type RunningHub, startHub, temporaryFolder, tillitCommand } from '../support/index.ts';

describe('a refresh and its hub', { skip: process.platform === 'linux' ? false : 'needs /proc' }, () => {
  const folder = temporaryFolder('crash-metadata');
  let hub: RunningHub | undefined;
  let place: Awaited<ReturnType<typeof serveMetadata>> | undefined;
  after(async () => {
    await hub?.stop();
    await place?.close();
    folder.remove();
  });

  test('kill -9 and SIGTERM in the middle', { timeout: 240_000 }, async () => {
    const signer = testSigner();
    const text = await metadataText({ entities: [sampleEntity()], validUntil: Date.now() + 7 * dayMs, signer });
    let hangs = true;
    let asked = 0;
    place = await serveMetadata((_request, response) => {
      asked += 1;
      if (!hangs) response.end(text);
    });
    const isAsked = async (times: number) => {
      for (let tries = 0; asked < times; tries++) {
        assert.ok(tries < 600, `asked ${asked} times of ${times}`);
        await sleep(100);
      }
    };
    const addresses = await freeAddresses();
    const apply = async (roles: string) => {
      writeFileSync(
        join(folder.path, 'source.yaml'),
        `metadataSources:
  - id: fed
    from: { url: ${place?.url} }
    signers: [{ certificate: { file: signer.pem } }]
    roles: ${roles}
    timeoutSeconds: 5
    privateNetwork: true
`,
      );
      assert.ok(hub);
      const applied = await tillitCommand(hub, 'apply', join(folder.path, 'source.yaml'), '--yes');
      assert.equal(applied.code, 0, applied.output);
    };
    hub = await startHub({ addresses, dataFolder: folder.path });
    writeFileSync(join(folder.path, 'signer.pem'), signer.pem);
    await apply('[idp]');
    await isAsked(1);
    // Answers when every child of it is gone: the refresh has seen that nobody waits for it.
    await hub.kill();

    hangs = false;
    hub = await startHub({ addresses, dataFolder: folder.path });
    for (let tries = 0; ; tries++) {
      const { output } = await tillitCommand(hub, 'metadata', 'list');
      if (/fed {2}1 entities/.test(output)) break;
      assert.ok(tries < 60, output);
      await sleep(500);
    }
    const found = await tillitCommand(hub, 'audit', 'find', '--kind', 'hub.metadataTaken');
    assert.match(found.output, /metadataTaken/);

    hangs = true;
    await apply('[idp, sp]');
    await isAsked(asked + 1);
    const begun = performance.now();
    await hub.stop();
    assert.ok(performance.now() - begun < 4000, 'it does not wait for the refresh');
  });
});
