// The brand of a login: its application's organisation before its issuer, and never none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { application, snapshot } from '../../../test/fakes/ward.ts';
import type { Brand } from '../../core/catalogue/index.ts';
import type { LoginRequest } from '../../core/journey/index.ts';
import { brandOf, loginBrand, plainBrand } from './brands.ts';

const brand = (id: string): Brand => ({ ...plainBrand, id });
const catalogue = snapshot({
  brands: new Map(['region', 'hub', 'other'].map((id) => [id, brand(id)])),
  issuers: new Map([
    ['hub', { id: 'hub', url: 'https://hub.example', brand: 'hub' }],
    ['second', { id: 'second', url: 'https://hub.example/second', brand: 'other' }],
  ]),
  applications: new Map([
    ['ehr', application('ehr', { organisation: 'ward' })],
    ['lab', application('lab')],
    ['far', application('far', { issuer: 'second' })],
  ]),
});
const request = (of: string): LoginRequest => ({
  frontend: 'oidc',
  issuer: 'hub',
  application: of,
  fresh: false,
  passive: false,
  chooseAgain: false,
  locales: [],
  memo: {},
});
const asked: string[] = [];
const brandFor = loginBrand(
  () => catalogue,
  async (organisation) => {
    asked.push(organisation);
    return ['gone', 'region'];
  },
);

test('an application of an organisation wears its brand: the nearest that there is', async () => {
  assert.equal((await brandFor(request('ehr'))).id, 'region');
  assert.deepEqual(asked.splice(0), ['ward']);
});

test('one of no organisation wears its issuer’s, and nobody is asked', async () => {
  assert.equal((await brandFor(request('lab'))).id, 'hub');
  assert.equal((await brandFor(request('far'))).id, 'other');
  assert.deepEqual(asked, []);
});

test('an organisation without a brand, and the hub’s own pages, wear the issuer’s', () => {
  assert.equal(brandOf(catalogue, request('ehr'), []).id, 'hub');
  assert.equal(brandOf(catalogue).id, 'hub');
});

test('a hub that nothing was applied to is plain', () =>
  assert.equal(brandOf(snapshot({ brands: new Map() })), plainBrand));
