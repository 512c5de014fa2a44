// x509-limbo of 2023-12-02: 135 hostile and odd paths through `tillit pki verify --batch`; nothing invalid is accepted that a client must refuse (K4).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { judged, vectors } from './batch.ts';

interface Case {
  readonly id: string;
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly extended_key_usage: readonly string[] | null;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly max_chain_depth: number | null;
}

const { file, skip } = vectors('limbo-2023-12-02.json');

/** What only a browser asks of a web server, so that it says nothing of a person's certificate. */
const ofServersOnly: readonly { readonly cases: RegExp; readonly why: string }[] = [
  { cases: /^webpki::san::/, why: 'which host name the certificate is for: a person has none' },
  { cases: /^webpki::eku::/, why: 'form of serverAuth by the CA/Browser Forum; not that it be there' },
  { cases: /^webpki::aki::root-with-aki-all-fields$/, why: 'the CA/Browser Forum’s alone; RFC 5280 4.2.1.1 allows it' },
];
/** Valid to limbo, refused here. Held exactly. */
const strictHere: Readonly<Record<string, string>> = {
  'webpki::nc::permitted-dns-match-noncritical':
    'the same chain as rfc5280::nc::permitted-dns-match-noncritical, which is invalid: RFC 5280 4.2.1.10 must be critical',
};

const usages: Readonly<Record<string, string>> = { serverAuth: '1.3.6.1.5.5.7.3.1' };

describe('x509-limbo', { skip }, () => {
  const { testcases } = skip
    ? { testcases: [] }
    : (JSON.parse(readFileSync(file, 'utf8')) as { testcases: readonly Case[] });
  const relevant = testcases.filter(({ id }) => !ofServersOnly.some(({ cases }) => cases.test(id)));
  const memberOf = (given: Case) => ({
    leaf: given.peer_certificate,
    anchors: given.trusted_certs,
    intermediates: given.untrusted_intermediates,
    at: given.validation_time ?? '2023-12-02T00:00:00Z',
    purpose: 'any',
    usage: (given.extended_key_usage ?? []).map((name) => usages[name]),
    ...(given.max_chain_depth === null ? {} : { 'max-depth': given.max_chain_depth }),
    revocation: 'off',
  });
  const wrongAmong = async (cases: readonly Case[]) => {
    const verdicts = await judged(cases.map(memberOf));
    return cases.filter(({ expected_result }, index) => verdicts[index]?.accepted !== (expected_result === 'SUCCESS'));
  };

  test('all that a client must judge: 115 of 116 agree, the other is listed, nothing invalid is accepted', async () => {
    assert.equal(testcases.length, 135);
    assert.equal(relevant.length, 116);
    const wrong = await wrongAmong(relevant);
    assert.deepEqual(wrong.map(({ id }) => id).sort(), Object.keys(strictHere).sort());
    assert.ok(wrong.every(({ expected_result }) => expected_result === 'SUCCESS'));
  });

  test('what is of servers only is still judged, and never hangs', async () => {
    const servers = testcases.filter((each) => !relevant.includes(each));
    const wrong = await wrongAmong(servers);
    assert.ok(
      wrong.every(({ expected_result }) => expected_result === 'FAILURE'),
      'no valid one is refused',
    );
  });
});
