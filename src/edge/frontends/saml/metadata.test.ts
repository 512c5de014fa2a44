// Our metadata as identity provider: one document for everybody while nothing changes, with what the catalogue knows of us.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { SamlHub, samlApplication, samlKeyOf } from '../../../../test/fakes/saml-hub.ts';
import { dayMs, hourMs } from '../../../base/clock.ts';
import { judgeMetadata } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';

before(loadXml);

const get = (hub: SamlHub, headers: Record<string, string> = {}) =>
  hub.call('GET', '/helse/saml/metadata', { headers });

function read(body: unknown, hub: SamlHub) {
  const keys = [createPublicKey(samlKeyOf('hub').pem)];
  const verdict = judgeMetadata(Buffer.from(String(body)), { now: hub.now, keys });
  assert.ok(verdict.accepted, JSON.stringify(verdict));
  const [entity] = verdict.entities;
  assert.ok(entity?.idp);
  return { ...entity, idp: entity.idp };
}

describe('metadata of an issuer', () => {
  test('is signed once for an hour, to be kept, and asked for again by its ETag', async () => {
    const hub = new SamlHub();
    let signed = 0;
    const { signing, certificates } = hub.ports.keys;
    const sign = (bytes: Buffer) => {
      signed += 1;
      return hub.key.key.sign(bytes);
    };
    const counted = { ...hub.key.key, sign };
    Object.assign(hub.ports.keys, { signing: () => counted, certificates });
    const first = await get(hub);
    assert.equal(first.headers['cache-control'], 'public, max-age=300');
    hub.now += 20 * 60_000;
    assert.deepEqual(await get(hub), first);
    const again = await get(hub, { 'if-none-match': String(first.headers.etag) });
    assert.deepEqual([again.status, again.body], [304, '']);
    assert.equal(signed, 1);
    hub.now += hourMs;
    const later = await get(hub, { 'if-none-match': String(first.headers.etag) });
    assert.equal(later.status, 200);
    assert.notEqual(later.headers.etag, first.headers.etag);
    assert.ok((read(later.body, hub).validUntil ?? 0) >= hub.now + 14 * dayMs);
    Object.assign(hub.ports.keys, { signing });
  });

  test('is another at once when what it says, or the key, is another', async () => {
    const hub = new SamlHub();
    const first = await get(hub);
    hub.change('link', { requireSignedRequest: true });
    const strict = await get(hub);
    assert.equal(read(first.body, hub).idp.wantAuthnRequestsSigned, false);
    assert.equal(read(strict.body, hub).idp.wantAuthnRequestsSigned, true);
    Object.assign(hub.ports.keys, {
      signing: () => samlKeyOf('next').key,
      certificates: () => [samlKeyOf('next').der],
    });
    assert.notEqual((await get(hub)).headers.etag, strict.headers.etag);
  });

  test('has the scopes of the issuer and the logo of its brand, where the catalogue knows them', async () => {
    const plain = new SamlHub();
    const { idp } = read((await get(plain)).body, plain);
    assert.deepEqual([idp.scopes, idp.uiInfo?.logos], [[], []]);
    const hub = new SamlHub([samlApplication('link')], { issuer: { scopes: ['region.example'] } });
    const logo = `data:image/svg+xml;base64,${Buffer.from('<svg width="30" height="20"/>').toString('base64')}`;
    const brand = { id: 'hub', name: 'Hub', primary: '#003366', accent: '#003366', contact: 'x', logo };
    hub.catalogue = { ...hub.catalogue, brands: new Map([['hub', brand]]) };
    const known = read((await get(hub)).body, hub).idp;
    assert.deepEqual(known.scopes, [{ value: 'region.example', regexp: false }]);
    assert.deepEqual(known.uiInfo?.logos, [{ url: logo, width: 30, height: 20, language: undefined }]);
  });
});
