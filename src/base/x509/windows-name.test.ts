// Names as Windows writes them: its quotes (CertNameToStr), its key words, in encoded order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRoot, tags } from './der.ts';
import { readName } from './name.ts';
import { windowsNameText } from './windows-name.ts';
import { writeName } from './write.ts';

const textOf = (...rdns: Parameters<typeof writeName>[0]) =>
  windowsNameText(readName(readRoot(writeName(rdns), tags.sequence)));

describe('a name', () => {
  const cases: readonly (readonly [what: string, rdns: Parameters<typeof writeName>[0], text: string])[] = [
    [
      'of SITHS',
      [
        ['2.5.4.6', 'SE'],
        ['2.5.4.10', 'Inera AB'],
        ['2.5.4.3', 'SITHS e-id Person HSA-id 3 CA v1'],
      ],
      'C=SE,O=Inera AB,CN=SITHS e-id Person HSA-id 3 CA v1',
    ],
    // The example of Microsoft's own page, in one line.
    [
      'with blanks, quotes, a comma and two in one place',
      [
        ['2.5.4.11', ' Microsoft'],
        [
          ['2.5.4.3', 'Joe "Cool"'],
          ['2.5.4.12', 'Programmer, Manager'],
        ],
      ],
      'OU=" Microsoft",CN="Joe ""Cool"""+T="Programmer, Manager"',
    ],
    ['with letters beyond ASCII', [['2.5.4.10', 'Åäö 李 AB']], 'O=Åäö 李 AB'],
    ['that would end the issuer early', [['2.5.4.3', 'x<SR>00']], 'CN="x<SR>00"'],
    ['with a type of no key word', [['2.5.4.97', 'VATSE-556']], 'OID.2.5.4.97=VATSE-556'],
    ['with a state', [['2.5.4.8', 'Skåne']], 'S=Skåne'],
    ['with an empty value', [['2.5.4.3', '']], 'CN=""'],
    ['with two blanks inside', [['2.5.4.3', 'a  b']], 'CN=a  b'],
    ['with an equals sign', [['2.5.4.3', 'a=b']], 'CN="a=b"'],
  ];
  for (const [what, rdns, text] of cases) test(what, () => assert.equal(textOf(...rdns), text));
});

test('one that cannot be read for certain is none', () => {
  for (const value of ['a\0b', 'a\u202Eb', 'a\nb']) assert.equal(textOf(['2.5.4.3', value]), undefined);
  assert.equal(textOf(), undefined);
});
