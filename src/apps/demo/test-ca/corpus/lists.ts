// Certificates that must be refused for their revocation: revoked ones, and lists that can clear nobody.
import { der, derSequence, extensionOids, writeCrl } from '../../../../base/x509/index.ts';
import { newKey, newSerial } from '../authority.ts';
import { revoke, signList } from '../lists.ts';
import { type Case, card, dayMs, hsa, listOf, now, otherPki, pki, pointExtension, pointName } from './ground.ts';

const revoked = card();
revoke(pki, 'hsa-id-3', revoked.serial, 1);
const listWithRevoked = signList(pki, 'hsa-id-3');
pki.revoked.clear();

const listOfRoot = (serialHex: string): Buffer =>
  writeCrl(
    {
      issuer: pki.authorities['eid-root'].subject,
      thisUpdate: now - dayMs,
      nextUpdate: now + dayMs,
      revoked: [{ serial: Buffer.from(serialHex, 'hex'), at: now - dayMs, reason: 2 }],
      extensions: [],
    },
    pki.authorities['eid-root'].key,
  );
const yes = Buffer.from([0xff]);
const unknown = { code: 'card.revocationUnknown', check: 'revocationKnown' };

function serialOf(authority: Buffer): string {
  const length = authority.indexOf(Buffer.from([0x02, 0x10]));
  return authority.subarray(length + 2, length + 18).toString('hex');
}

export const refusedByLists: Record<string, Case> = {
  revoked: { code: 'card.revoked', check: 'notRevoked', chain: revoked.chain, lists: { 'hsa-id-3': listWithRevoked } },
  'authority-revoked': {
    code: 'card.revoked',
    check: 'notRevoked',
    chain: card().chain,
    lists: { 'eid-root': listOfRoot(serialOf(hsa.der)) },
  },
  'no-list': { ...unknown, chain: card().chain, lists: { 'hsa-id-3': null } },
  'no-list-of-the-root': { ...unknown, chain: card().chain, lists: { 'eid-root': null } },
  'names-no-list': { ...unknown, chain: card({ instead: { crlUrls: [] } }).chain },
  'list-at-a-host-not-allowed': {
    ...unknown,
    chain: card({ instead: { crlUrls: ['http://169.254.169.254/crl/hsa-id-3.crl'] } }).chain,
  },
  'list-over-ldap-only': { ...unknown, chain: card({ instead: { crlUrls: ['ldap://crl.example/cn=x'] } }).chain },
  'list-stale': { ...unknown, chain: card().chain, lists: { 'hsa-id-3': listOf([], now - 1_000) } },
  'list-of-the-future': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': signList(pki, 'hsa-id-3', { thisUpdate: now + dayMs }) },
  },
  'list-without-next-update': {
    ...unknown,
    chain: card().chain,
    lists: {
      'hsa-id-3': writeCrl(
        { issuer: hsa.subject, thisUpdate: now - dayMs, nextUpdate: undefined, revoked: [], extensions: [] },
        hsa.key,
      ),
    },
  },
  'list-of-another-authority': { ...unknown, chain: card().chain, lists: { 'hsa-id-3': signList(pki, 'person-id-3') } },
  'list-signed-by-another-key': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([], now + dayMs, newKey()) },
  },
  'list-of-a-same-named-authority': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': signList(otherPki, 'hsa-id-3') },
  },
  'list-delta': {
    ...unknown,
    chain: card().chain,
    lists: {
      'hsa-id-3': listOf([
        { oid: extensionOids.deltaCrlIndicator, critical: true, value: Buffer.from('020101', 'hex') },
      ]),
    },
  },
  'list-indirect': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(pointName('http://crl.example/crl/hsa-id-3.crl'), der(0x84, yes))]) },
  },
  'list-of-authorities-only': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(der(0x82, yes))]) },
  },
  'list-of-some-reasons': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(der(0x83, Buffer.from([0x06, 0x40])))]) },
  },
  'list-of-another-distribution-point': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([pointExtension(pointName('http://crl.example/crl/part2.crl'))]) },
  },
  'list-with-unknown-critical-extension': {
    ...unknown,
    chain: card().chain,
    lists: { 'hsa-id-3': listOf([{ oid: '1.3.6.1.4.1.32473.9', critical: true, value: derSequence() }]) },
  },
  'list-with-critical-entry-extension': {
    ...unknown,
    chain: card().chain,
    lists: {
      'hsa-id-3': writeCrl(
        {
          issuer: hsa.subject,
          thisUpdate: now - dayMs,
          nextUpdate: now + dayMs,
          extensions: [],
          revoked: [
            {
              serial: newSerial(),
              at: now - dayMs,
              extensions: [{ oid: extensionOids.certificateIssuer, critical: true, value: derSequence() }],
            },
          ],
        },
        hsa.key,
      ),
    },
  },
};
