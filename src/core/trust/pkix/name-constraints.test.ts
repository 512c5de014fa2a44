// Names against what authorities allow (RFC 5280 4.2.1.10): each kind, each way of being outside, and what cannot be read.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alternativeNames, authority, general, nameConstraints, nameOf, person } from '../../../../test/fakes/pkix.ts';
import { der, derUtf8, writeName } from '../../../base/x509/index.ts';
import { nameConstraintFault } from './name-constraints.ts';

const root = authority('Root');
type Trees = Parameters<typeof nameConstraints>[0];

/** Whether a person with these names may be, under an authority with these constraints. */
function isAllowed(trees: Trees, names: readonly Buffer[], subject = nameOf('Anna Ek')): boolean {
  const issuing = authority('Issuing', root, { extensions: [nameConstraints(trees)] });
  const leaf = person(issuing, { subject, extensions: names.length === 0 ? [] : [alternativeNames(...names)] });
  return nameConstraintFault([leaf, issuing, root].map(({ certificate }) => certificate)) === undefined;
}
type Row = readonly [base: Buffer, name: Buffer, permitted: boolean, excluded: boolean];
const { dns, email, uri, ip, directory, upn } = general;
const sweden = writeName([['2.5.4.6', 'SE']]);

/** A base, a name, whether permitting the base allows the name, and whether excluding the base does. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  dns: [
    [dns('a.example'), dns('a.example'), true, false],
    [dns('a.example'), dns('X.A.Example'), true, false],
    [dns('a.example'), dns('ba.example'), false, true],
    [dns('a.example'), dns('example'), false, true],
    [dns(''), dns('a.example'), true, false],
    [dns('.a.example'), dns('x.a.example'), true, false],
    [dns('.a.example'), dns('a.example'), false, false],
    [dns('a.example'), dns('*.a.example'), true, false],
    [dns('x.a.example'), dns('*.a.example'), false, false],
    [dns('a.example'), dns('.a.example'), false, false],
    [dns('a.example'), dns('a.example\0.b'), false, false],
    [dns('*.a.example'), dns('x.a.example'), false, false],
  ],
  email: [
    [email('a.example'), email('anna@a.example'), true, false],
    [email('a.example'), email('anna@x.a.example'), false, true],
    [email('.a.example'), email('anna@x.a.example'), true, false],
    [email('.a.example'), email('anna@a.example'), false, true],
    [email('anna@a.example'), email('anna@A.example'), true, false],
    [email('anna@a.example'), email('Anna@a.example'), false, false],
    [email('a.example'), email('a.example'), false, false],
    [email('a.example'), email('x@b.example@a.example\n'), false, false],
  ],
  uri: [
    [uri('a.example'), uri('https://a.example:8443/x'), true, false],
    [uri('a.example'), uri('https://x.a.example/'), false, true],
    [uri('.a.example'), uri('https://x.a.example'), true, false],
    [uri('a.example'), uri('https://a.example@b.example/'), false, true],
    [uri('a.example'), uri('https://10.0.0.1/'), false, false],
    [uri('a.example'), uri('urn:x:a.example'), false, false],
  ],
  ip: [
    [ip([10, 0, 0, 0, 255, 0, 0, 0]), ip([10, 9, 8, 7]), true, false],
    [ip([10, 0, 0, 0, 255, 0, 0, 0]), ip([11, 9, 8, 7]), false, true],
    [ip([10, 0, 0, 0, 255, 0, 0, 0]), ip([...Array(15).fill(0), 1]), false, true],
    [ip([10, 0, 0, 0, 255, 0, 255, 0]), ip([10, 0, 0, 0]), false, false],
    [ip([10, 0, 0, 0]), ip([10, 0, 0, 0]), false, false],
    [ip([10, 0, 0, 0, 255, 0, 0, 0]), ip([10, 0, 0]), false, false],
  ],
  // Neither processed nor let by.
  upn: [
    [upn(derUtf8('@a.example')), upn(derUtf8('anna@a.example')), false, false],
    [dns('a.example'), upn(derUtf8('anna@b.example')), true, true],
  ],
  other: [
    [dns('a.example'), email('anna@b.example'), true, true],
    [directory(nameOf('Bo', 'NO')), dns('a.example'), false, true],
  ],
};

for (const [kind, cases] of Object.entries(rows))
  describe(kind, () => {
    for (const [base, name, permitted, excluded] of cases)
      test(`${base.toString('latin1')} and ${JSON.stringify(name.toString('latin1'))}`, () => {
        assert.equal(isAllowed({ permitted: [base] }, [name]), permitted, 'permitted');
        assert.equal(isAllowed({ excluded: [base] }, [name]), excluded, 'excluded');
      });
  });

describe('directory names', () => {
  const tree = directory(sweden);
  test('lie below, whatever their case and kind of string', () => {
    assert.ok(isAllowed({ permitted: [tree] }, []));
    assert.ok(isAllowed({ permitted: [directory(writeName([['2.5.4.6', derUtf8('se')]]))] }, []));
    assert.ok(!isAllowed({ permitted: [tree] }, [], nameOf('Anna Ek', 'NO')));
    assert.ok(!isAllowed({ excluded: [tree] }, []));
  });
  test('of the alternatives are held to them as well', () => {
    assert.ok(!isAllowed({ permitted: [tree] }, [directory(nameOf('Anna Ek', 'NO'))]));
  });
  test('with a faulty value lie nowhere, and in what is excluded', () => {
    const faulty = writeName([
      ['2.5.4.6', 'SE'],
      ['2.5.4.3', der(0x0c, Buffer.from([0xc3]))],
    ]);
    assert.ok(!isAllowed({ permitted: [tree] }, [], faulty));
    assert.ok(!isAllowed({ excluded: [directory(writeName([['2.5.4.6', 'NO']]))] }, [], faulty));
  });
});

test('a mail address in the subject is a mail address', () => {
  const subject = writeName([['1.2.840.113549.1.9.1', der(0x16, Buffer.from('anna@b.example'))]]);
  assert.ok(!isAllowed({ permitted: [email('a.example')] }, [], subject));
  assert.ok(isAllowed({ permitted: [email('b.example')] }, [], subject));
});

test('every authority narrows, none widens; the anchor counts', () => {
  const under = (wide: Trees, narrow: Trees, name: string) => {
    const top = authority('Root', undefined, { extensions: [nameConstraints(wide)] });
    const issuing = authority('Issuing', top, { extensions: [nameConstraints(narrow)] });
    const leaf = person(issuing, { extensions: [alternativeNames(dns(name))] });
    return nameConstraintFault([leaf, issuing, top].map(({ certificate }) => certificate));
  };
  const [both, one] = [{ permitted: [dns('a.example'), dns('b.example')] }, { permitted: [dns('a.example')] }];
  assert.equal(under(both, one, 'a.example'), undefined);
  assert.notEqual(under(both, one, 'b.example'), undefined);
  assert.notEqual(under(one, both, 'b.example'), undefined);
});

test('a self-issued authority is exempt, a self-issued leaf is not', () => {
  const top = authority('Root', undefined, { extensions: [nameConstraints({ permitted: [directory(sweden)] })] });
  const norwegian = { subject: nameOf('X', 'NO'), issuer: nameOf('X', 'NO') };
  const rolled = authority('X', top, norwegian);
  const leaf = person(rolled);
  assert.equal(nameConstraintFault([leaf, rolled, top].map(({ certificate }) => certificate)), undefined);
  assert.notEqual(nameConstraintFault([rolled, top].map(({ certificate }) => certificate)), undefined);
});

test('more names and subtrees than anybody needs are refused, in no time', () => {
  const trees = { permitted: Array.from({ length: 1_000 }, (_, index) => dns(`n${index}.example`)) };
  const authorities = [root];
  for (let depth = 0; depth < 6; depth++)
    authorities.unshift(authority(`CA ${depth}`, authorities[0], { extensions: [nameConstraints(trees)] }));
  const names = Array.from({ length: 250 }, () => dns('n999.example'));
  const leaf = person(authorities[0] as typeof root, { extensions: [alternativeNames(...names)] });
  const begun = process.cpuUsage();
  const fault = nameConstraintFault([leaf, ...authorities].map(({ certificate }) => certificate));
  assert.equal(fault, 'more names and constraints than are compared');
  assert.ok(process.cpuUsage(begun).user / 1000 < 2_000);
});
