// The brand of a login: its application's organisation before its issuer, and never none.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { application, assignment, morning, person, snapshot } from '../../../test/fakes/ward.ts';
import { type Brand, defaultLifetimes } from '../../core/catalogue/index.ts';
import type { Assignment } from '../../core/directory/index.ts';
import type { LoginRequest } from '../../core/journey/index.ts';
import { type Session, startSession } from '../../core/sessions/index.ts';
import { brandOf, loginBrand, ownPagesBrand, plainBrand } from './brands.ts';

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

describe('the hub’s own pages', () => {
  const session = (of: string, chosen?: string): Session =>
    startSession(
      {
        id: 's',
        person: of,
        evidence: [],
        assignment: chosen,
        where: { device: 'fixed' },
        agent: '',
      },
      defaultLifetimes,
      morning,
    );
  const worn = async (assignments: readonly Assignment[], live: Session | undefined) => {
    const of = ownPagesBrand(
      () => catalogue,
      async (organisation) => (organisation === 'clinic' ? ['other'] : ['region']),
      async () => live,
      { facts: async () => person('anna', { assignments }) },
    );
    return (await of('cookie')).id;
  };
  const [ward, clinic] = [assignment('anna', 'ward'), assignment('anna', 'clinic')];

  test('wear the brand of the organisation that the person is at', async () => {
    assert.equal(await worn([ward, clinic], session('anna', clinic.id)), 'other');
    assert.equal(await worn([ward, clinic], session('anna', ward.id)), 'region');
  });

  test('of the only one there is, and the hub’s where there are several or nobody is here', async () => {
    assert.equal(await worn([clinic], session('anna')), 'other');
    assert.equal(await worn([ward, clinic], session('anna')), 'hub');
    assert.equal(await worn([clinic], undefined), 'hub');
    assert.equal(await worn([], session('anna')), 'hub');
  });
});
