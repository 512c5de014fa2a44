// Certificates that must be accepted, with what must come of each.
import { attributeOids, writeExtension, writeName } from '../../../../base/x509/index.ts';
import { demoPolicies } from '../plan.ts';
import {
  anna,
  type Case,
  caExtensions,
  card,
  hsa,
  listOf,
  namesUnder,
  now,
  otherPki,
  pointExtension,
  pointName,
  policyMapped,
  populations,
  serial,
  subjectWith,
  under,
  variantAuthority,
  withPopulation,
  withSubject,
} from './ground.ts';

const subjectOf = (namespace: string, value: string) => ({ subject: { namespace, value } });

const otherPolicy = '1.2.752.74.8.999.77';
const mappingAuthority = variantAuthority({
  extensions: caExtensions({
    extra: [writeExtension.policies([demoPolicies.hsaId3]), policyMapped(demoPolicies.hsaId3, otherPolicy)],
  }),
});

export const validCases: Record<string, Case> = {
  'hsa-id': {
    chain: card({ cardNumber: '9752269875300000001' }).chain,
    expect: {
      ...subjectOf('hsa-id', 'SE5560000001-TA01'),
      cardNumber: '9752269875300000001',
      assurance: 'substantial',
      populationId: 'hsa-id-3',
    },
  },
  'hsa-id-in-lower-case': {
    chain: withSubject(subjectWith(serial('se5560000001-ta01'))),
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'leaf-only-intermediate-configured': { chain: [card().der], expect: subjectOf('hsa-id', 'SE5560000001-TA01') },
  'rsa-2048': { chain: card({ rsaBits: 2048 }).chain, expect: subjectOf('hsa-id', 'SE5560000001-TA01') },
  'personal-number': {
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '198001012387' } }).chain,
    expect: subjectOf('se-personnummer', '198001012387'),
  },
  'coordination-number': {
    chain: card({ authority: 'person-id-3', holder: { ...anna, serialNumber: '197010632391' } }).chain,
    expect: subjectOf('se-personnummer', '197010632391'),
  },
  'issuer-scoped-number': {
    chain: card({
      authority: 'advanced',
      holder: { ...anna, country: 'NO', serialNumber: 'UN:NO-9578-4050-127091783' },
    }).chain,
    expect: { ...subjectOf('fjordpass-id', 'UN:NO-9578-4050-127091783'), assurance: 'high' },
  },
  'staff-number': {
    chain: card({ authority: 'simple', holder: { ...anna, country: 'NO', serialNumber: 'T00042' } }).chain,
    expect: subjectOf('staff-id', 'T00042'),
  },
  'unreadable-certificate-after-the-leaf': {
    chain: [card().der, Buffer.from('3003020100ff', 'hex')],
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'other-key-of-same-name-also-shown': {
    chain: [card().der, otherPki.authorities['hsa-id-3'].der, hsa.der],
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'expired-certificate-of-the-authority-also-shown': {
    chain: [card().der, variantAuthority({ notAfter: now - 1_000 }), hsa.der],
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'name-where-its-authority-may-name': {
    ...under(
      variantAuthority({
        extensions: caExtensions({ extra: [namesUnder(writeName([[attributeOids.country, 'se']]))] }),
      }),
    ),
    expect: subjectOf('hsa-id', 'SE5560000001-TA01'),
  },
  'policy-that-the-authority-maps': {
    chain: [card({ instead: { policies: [otherPolicy] } }).der, mappingAuthority],
    populations: withPopulation('hsa-id-3', { intermediates: [] }),
    expect: { ...subjectOf('hsa-id', 'SE5560000001-TA01'), populationId: 'hsa-id-3' },
  },
  'list-with-simple-distribution-point': {
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(pointName('http://crl.example/crl/hsa-id-3.crl'))]) },
  },
  'second-population-fits': {
    chain: card({ authority: 'simple', holder: { ...anna, serialNumber: 'T00042' } }).chain,
    populations: [
      ...populations.map(({ id }) =>
        id === 'simple'
          ? { id, identifiers: [{ attribute: '2.5.4.5', pattern: 'hsaId' as const, namespace: 'x' }] }
          : { id },
      ),
      { ...populations[0], id: 'simple-again' },
    ],
    accepted: ['simple', 'simple-again'],
    expect: { populationId: 'simple-again' },
  },
};
