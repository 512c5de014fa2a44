// What is read and what is refused: encodings, DTD, entities, instructions, size and shape (S3, S8, S17).
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { diag, XmlDocument } from 'libxml2-wasm';
import { attributeOf, childrenOf, loadXml, messageLimits, readXml, textOf, writeXml, type XmlFault } from './index.ts';

before(loadXml);

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const bigEndian = (text: string) => Buffer.from(utf16(text)).swap16();
const utf32 = (text: string) => Buffer.from(Uint32Array.from([...text].map((each) => each.codePointAt(0) ?? 0)).buffer);
const ebcdic = Buffer.from([0x4c, 0x81, 0x61, 0x6e]);
const doctype = '<!DOCTYPE a>';
const laughs = `<!DOCTYPE a [<!ENTITY b "ha">${Array.from({ length: 9 }, (_, at) => `<!ENTITY b${at} "${`&b${at - 1};`.repeat(10)}">`).join('')}]><a>&b8;</a>`;
const external = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
const namespacesFor = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `xmlns:${name}${at}="u:x"`).join(' ');
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

const refused: readonly (readonly [what: string, given: Uint8Array | string, reason: XmlFault])[] = [
  ['UTF-16 with a byte order mark', utf16('<a/>'), 'xml.encoding'],
  ['UTF-16, big end first', bigEndian('<a/>'), 'xml.encoding'],
  ['UTF-16 without a byte order mark', Buffer.from('<a/>', 'utf16le'), 'xml.encoding'],
  ['UTF-32', utf32('<a/>'), 'xml.encoding'],
  ['a DOCTYPE hidden in UTF-16', utf16('<!DOCTYPE a><a/>'), 'xml.encoding'],
  ['EBCDIC', ebcdic, 'xml.encoding'],
  ['Latin 1', Buffer.from('<a>\u00e5</a>', 'latin1'), 'xml.encoding'],
  ['an overlong <', Buffer.from([0xc0, 0xbc, 0x61, 0x2f, 0x3e]), 'xml.encoding'],
  [
    'a surrogate in UTF-8',
    Buffer.from([...Buffer.from('<a>'), 0xed, 0xa0, 0x80, ...Buffer.from('</a>')]),
    'xml.encoding',
  ],
  ['a lone surrogate in a text', '<a>\ud800</a>', 'xml.encoding'],
  ['NUL', '<a>\0</a>', 'xml.encoding'],
  ['NUL behind the end', '<a/>\0', 'xml.encoding'],
  ['a declaration of UTF-16', '<?xml version="1.0" encoding="UTF-16"?><a/>', 'xml.encoding'],
  ['a declaration of UTF-7', "<?xml version='1.0' encoding='UTF-7'?><a/>", 'xml.encoding'],
  ['a declaration of Latin 1', '<?xml version="1.0"\n encoding = "ISO-8859-1" ?><a/>', 'xml.encoding'],
  ['DOCTYPE', `${doctype}<a/>`, 'xml.doctype'],
  ['DOCTYPE behind a comment', `<!-- --> ${doctype}<a/>`, 'xml.doctype'],
  ['DOCTYPE in a comment', `<a><!-- ${doctype} --></a>`, 'xml.doctype'],
  ['S17: a billion laughs', laughs, 'xml.doctype'],
  ['S17: an entity from a file', external, 'xml.doctype'],
  ['doctype in lower case', '<!doctype a><a/>', 'xml.notWellFormed'],
  ['an entity that nobody declared', '<a>&x;</a>', 'xml.notWellFormed'],
  ['an instruction inside', '<a><?x y?></a>', 'xml.instruction'],
  ['an instruction before', '<?x y?><a/>', 'xml.instruction'],
  ['an instruction behind', '<a/><?x y?>', 'xml.instruction'],
  ['a style sheet', '<?xml-stylesheet href="https://x.example"?><a/>', 'xml.instruction'],
  ['a declaration that is not the first', ' <?xml version="1.0"?><a/>', 'xml.notWellFormed'],
  ['nothing', '', 'xml.notWellFormed'],
  ['text', 'SAML', 'xml.notWellFormed'],
  ['two roots', '<a/><b/>', 'xml.notWellFormed'],
  ['text behind the root', '<a/>x', 'xml.notWellFormed'],
  ['an end that is missing', '<a>', 'xml.notWellFormed'],
  ['an end too many', '<a/></a>', 'xml.notWellFormed'],
  ['a comment without an end', '<a><!-- </a>', 'xml.notWellFormed'],
  ['CDATA without an end', '<a><![CDATA[ </a>', 'xml.notWellFormed'],
  ['a tag without an end', '<a', 'xml.notWellFormed'],
  ['a value without an end', '<a b="></a>', 'xml.notWellFormed'],
  ['an attribute twice', '<a b="1" b="2"/>', 'xml.notWellFormed'],
  ['an attribute twice by namespace', '<a xmlns:p="u:x" xmlns:q="u:x" p:b="1" q:b="2"/>', 'xml.notWellFormed'],
  ['a prefix that nobody declared', '<p:a/>', 'xml.notWellFormed'],
  ['a name with two colons', '<p:a:b xmlns:p="u:x"/>', 'xml.notWellFormed'],
  ['a prefix taken back (XML namespaces 1.1)', '<a xmlns:p=""><p:b/></a>', 'xml.notWellFormed'],
  ['a namespace that is relative', '<a xmlns="x/y"/>', 'xml.notWellFormed'],
  ['a namespace with a reference, which libxml2 writes as it is', '<a xmlns="u:x&amp;lt;"/>', 'xml.notWellFormed'],
  ['the prefix xmlns', '<a xmlns:xmlns="u:x"/>', 'xml.notWellFormed'],
  [
    'another prefix for the namespace of xml',
    '<b:a xmlns:b="http://www.w3.org/XML/1998/namespace"/>',
    'xml.notWellFormed',
  ],
  ['a control character', '<a>&#1;</a>', 'xml.notWellFormed'],
  ['XML 1.1 and its control characters', '<?xml version="1.1"?><a>&#1;</a>', 'xml.notWellFormed'],
  ['65 levels', nested(65), 'xml.tooDeep'],
  ['65 levels, the last of them empty', `${'<a>'.repeat(64)}<a/>${'</a>'.repeat(64)}`, 'xml.tooDeep'],
  ['10,000 levels', nested(10_000), 'xml.tooDeep'],
  ['10,001 elements', `<a>${'<b/>'.repeat(10_000)}</a>`, 'xml.tooManyElements'],
  ['65 attributes', `<a ${Array.from({ length: 65 }, (_, at) => `b${at}=""`).join(' ')}/>`, 'xml.tooManyAttributes'],
  [
    '100,000 attributes',
    `<a ${Array.from({ length: 40_000 }, (_, at) => `b${at}=''`).join(' ')}/>`,
    'xml.tooManyAttributes',
  ],
  ['49 namespaces in force', `<a ${namespacesFor('a', 40)}><b ${namespacesFor('b', 9)}/></a>`, 'xml.tooManyNamespaces'],
  ['a namespace of 257 characters', `<a xmlns:p = 'u:${'x'.repeat(255)}'/>`, 'xml.tooLongNamespace'],
  ['a byte too many', `<a>${'x'.repeat(messageLimits.bytes - 6)}</a>`, 'xml.tooLarge'],
];

describe('reading', () => {
  for (const [what, given, reason] of refused) {
    test(`refused: ${what}`, () => assert.deepEqual(readXml(given), { ok: false, reason }));
  }

  for (const [what, given] of [
    ['a declaration of UTF-8', '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<a/>'],
    ['a byte order mark', Buffer.from('\ufeff<a/>')],
    ['white space and comments around', '\n<!-- x --><a/>\n<!-- y -->\n'],
    ['64 levels', nested(64)],
    ['48 namespaces in force, beside one another', `<a>${`<b ${namespacesFor('b', 48)}/>`.repeat(50)}</a>`],
    ['a namespace of 256 characters', `<a xmlns:p="u:${'x'.repeat(254)}" b="${'x'.repeat(300)}"/>`],
    ['10,000 elements', `<a>${'<b/>'.repeat(9_999)}</a>`],
    ['as many bytes as allowed', `<a>${'x'.repeat(messageLimits.bytes - 7)}</a>`],
    ['quotes and = in a text', `<a>${'x="1" '.repeat(100)}</a>`],
    ['> in a value', '<a b=">" c=\'/>\'/>'],
    ['< in a comment and CDATA', '<a><!-- <b> --><![CDATA[<c d=""><?e?>]]></a>'],
  ] as const) {
    test(`read: ${what}`, () => assert.equal(readXml(given).ok, true));
  }

  test('more namespaces in force than 64 are refused, whatever a caller would allow', () => {
    const limits = { ...messageLimits, namespaces: 50_000 };
    const reading = (count: number) =>
      readXml(`<a ${namespacesFor('a', 50)}><b ${namespacesFor('b', count)}/></a>`, limits);
    assert.equal(reading(14).ok, true);
    assert.deepEqual(reading(15), { ok: false, reason: 'xml.tooManyNamespaces' });
  });

  test('what is in it: names, namespaces, values, texts', () => {
    const xml = `<a xmlns="u:a" xmlns:p="u:p" b="&quot;&#10;x" p:b=' 2 '>one<p:c/><!-- x -->two<![CDATA[<&]]>&gt;</a>`;
    const read = readXml(xml);
    assert.ok(read.ok);
    const { root, commented } = read.document;
    assert.deepEqual([root.prefix, root.namespace, root.local], ['', 'u:a', 'a']);
    assert.equal(attributeOf(root, 'b'), '"\nx');
    assert.equal(attributeOf(root, 'b', 'u:p'), ' 2 ');
    assert.equal(attributeOf(root, 'c'), undefined);
    assert.deepEqual(
      root.content.map((node) => (typeof node === 'string' ? node : node.local)),
      ['one', 'c', 'two<&>'],
    );
    assert.equal(childrenOf(root, { namespace: 'u:p', local: 'c' }).length, 1);
    assert.equal(childrenOf(root, { namespace: 'u:a', local: 'c' }).length, 0);
    assert.equal(textOf(root), undefined, 'text with elements inside is no text');
    assert.deepEqual([...commented], [root]);
  });

  test('S8: a comment does not cut a text', () => {
    const read = readXml('<a>admin<!---->@example<!-- x -->.com</a>');
    assert.ok(read.ok);
    assert.equal(textOf(read.document.root), 'admin@example.com');
  });

  test('nothing of a tree can be changed', () => {
    const read = readXml('<a b="1">x<c/></a>');
    assert.ok(read.ok);
    const { root } = read.document;
    for (const part of [root, root.content, root.attributes, root.attributes[0], root.content[1]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  test('a name like __proto__ is a name', () => {
    const read = readXml('<__proto__ constructor="1" xmlns:toString="u:x"><toString:a/></__proto__>');
    assert.ok(read.ok);
    assert.equal(attributeOf(read.document.root, 'constructor'), '1');
    assert.equal(childrenOf(read.document.root)[0]?.namespace, 'u:x');
  });

  test('every document of the parser is given back, also of what is refused', () => {
    diag.configure({ enabled: true });
    try {
      for (const [, given] of refused) readXml(given);
      readXml('<a><b/></a>');
      const kept = XmlDocument.fromString('<a/>');
      assert.notDeepEqual(diag.report(), {}, 'one that is kept is seen');
      kept.dispose();
      assert.deepEqual(diag.report(), {});
    } finally {
      diag.configure({ enabled: false });
    }
  });
});

describe('writing', () => {
  const element = (given: object) => ({ prefix: '', namespace: '', local: 'a', attributes: [], content: [], ...given });
  const attribute = (given: object) =>
    element({ attributes: [{ prefix: '', namespace: '', local: 'b', value: '', ...given }] });

  test('S9: a value is never markup', () => {
    const evil = `"><b c='&'/>]]>\r\n\t<!--`;
    const written = writeXml(
      element({ content: [evil], attributes: [{ prefix: '', namespace: '', local: 'v', value: evil }] }),
    );
    assert.equal(
      written,
      `<a v="&quot;>&lt;b c='&amp;'/>]]>&#xD;&#xA;&#x9;&lt;!--">"&gt;&lt;b c='&amp;'/&gt;]]&gt;&#xD;\n\t&lt;!--</a>`,
    );
    const read = readXml(written);
    assert.ok(read.ok);
    assert.equal(textOf(read.document.root), evil);
    assert.equal(attributeOf(read.document.root, 'v'), evil);
  });

  for (const [what, given] of [
    ['a control character', element({ content: ['\u0001'] })],
    ['NUL in a value', attribute({ value: '\0' })],
    ['a lone surrogate', element({ content: ['\udc00'] })],
    ['U+FFFE', element({ content: ['\ufffe'] })],
    ['a name with a space', element({ local: 'a b="1"' })],
    ['a name with >', element({ local: 'a>' })],
    ['an empty name', element({ local: '' })],
    ['a name with a colon', element({ local: 'p:a' })],
    ['a prefix without a namespace', element({ prefix: 'p' })],
    ['a prefix that is none', element({ prefix: 'p q', namespace: 'u:x' })],
    ['the prefix xmlns', element({ prefix: 'xmlns', namespace: 'u:x' })],
    ['the prefix xml for another namespace', element({ prefix: 'xml', namespace: 'u:x' })],
    [
      'the namespace of xml under another prefix',
      attribute({ prefix: 'p', namespace: 'http://www.w3.org/XML/1998/namespace' }),
    ],
    ['an attribute called xmlns', attribute({ local: 'xmlns' })],
    ['an attribute with a namespace and no prefix', attribute({ namespace: 'u:x' })],
    ['an attribute name that is none', attribute({ local: '1' })],
    [
      'one prefix for two namespaces',
      { ...attribute({ prefix: 'p', namespace: 'u:y' }), prefix: 'p', namespace: 'u:x' },
    ],
    [
      'an attribute twice',
      element({ attributes: [1, 2].map(() => ({ prefix: '', namespace: '', local: 'b', value: '' })) }),
    ],
  ] as const) {
    test(`not written: ${what}`, () => assert.throws(() => writeXml(given), { code: 'xml.unwritable' }));
  }
});
