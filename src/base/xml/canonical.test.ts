// Our canonical form against libxml2's, and what is written against what is read, on random documents (S3).
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type XmlElement as Parsed, XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { elementsIn } from './element.ts';
import { loadXml, readXml, writeXml, type XmlElement } from './index.ts';
import { canonicalXml } from './write.ts';

before(loadXml);

const namespaces = ['urn:a', 'urn:b', 'https://c.example/ns#', 'urn:d?x=1;y=2'];
const anyCharacter = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'ab <>&"\'\t\n\r=]/!?-') },
  fc.constantFrom('å', '€', '\u{1F600}', '\ud7ff', '\ue000', '\ufffd', '\u{10ffff}', '\u0085', '\u2028', '\u00a0'),
);
const text = fc.string({ unit: anyCharacter, maxLength: 12 });
const local = fc.constantFrom('a', 'b', 'Id', 'xs', 'é', 'a.b-c', '\u{10000}x', '\ufa0e');
const prefix = fc.constantFrom('', 'p', 'q', 'r', '\u{10001}', '\uf900');

/** A tree with consistent prefixes: what it declares is written where it is used. */
const tree = fc.letrec<{ element: XmlElement; content: (XmlElement | string)[] }>((tie) => ({
  element: fc
    .record({
      prefix,
      namespace: fc.constantFrom(...namespaces),
      local,
      attributes: fc.uniqueArray(fc.record({ prefix, local, value: text }), {
        maxLength: 4,
        selector: (attribute) => `${attribute.prefix === '' ? '' : 'ns'} ${attribute.local}`,
      }),
      content: tie('content'),
      other: fc.constantFrom(...namespaces),
      none: fc.boolean(),
    })
    .map(({ other, none, ...given }) => {
      const namespace = given.prefix === '' && none ? '' : given.namespace;
      return {
        ...given,
        namespace,
        attributes: given.attributes.map((attribute) => ({
          ...attribute,
          // One prefix, one namespace, on each element.
          namespace: attribute.prefix === '' ? '' : attribute.prefix === given.prefix ? namespace : other,
        })),
      };
    }),
  content: fc
    .array(fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, tie('element')), { maxLength: 4 })
    // Texts beside one another are one when read, and an empty one is none.
    .map((nodes) =>
      nodes.filter((node, at) => node !== '' && !(typeof node === 'string' && typeof nodes[at - 1] === 'string')),
    ),
})).element;

/** The same with attributes in canonical order, which is how they are read. */
function plain({ prefix, namespace, local, attributes, content }: XmlElement): unknown {
  return {
    name: [prefix, namespace, local],
    attributes: attributes.map((each) => [each.prefix, each.namespace, each.local, each.value]).sort(),
    content: content.map((node) => (typeof node === 'string' ? node : plain(node))),
  };
}

function parsed<T>(xml: string, work: (document: XmlDocument) => T): T {
  const document = XmlDocument.fromString(xml);
  try {
    return work(document);
  } finally {
    document.dispose();
  }
}

describe('written and read', () => {
  test('what is written is read as the same tree', () => {
    fc.assert(
      fc.property(tree, (given) => {
        const read = readXml(writeXml(given));
        assert.ok(read.ok, JSON.stringify(read));
        assert.deepEqual(plain(read.document.root), plain(given));
      }),
      { numRuns: 1000 },
    );
  });

  test('what is written is its own canonical form, by libxml2', () => {
    fc.assert(
      fc.property(tree, (given) => {
        const written = writeXml(given);
        const canonical = parsed(written, (document) =>
          bytesOf((output) => document.canonicalize(output, { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })),
        );
        assert.equal(canonical, written);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Documents as a stranger may write them: declarations anywhere, unused and repeated, comments, CDATA, references. */
const strange = fc
  .letrec<{ element: string }>((tie) => ({
    element: fc
      .record({
        declared: fc.uniqueArray(fc.tuple(fc.constantFrom('', 'p', 'q', 'r', 's'), fc.constantFrom('urn:a', 'urn:b')), {
          maxLength: 3,
          selector: ([declaredPrefix]) => declaredPrefix,
        }),
        undeclared: fc.boolean(),
        prefix: fc.constantFrom('', 'p', 'q', 'xml'),
        attributes: fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'p:x', 'q:y', 'xml:lang', 'r:z'), text), {
          maxLength: 3,
          selector: ([name]) => name,
        }),
        content: fc.array(
          fc.oneof(
            { depthSize: 'small', withCrossShrink: true },
            fc.constantFrom('text', ' \r\n ', '&amp;', '&#13;', '<!-- c -->', '<![CDATA[<a>&b]]>', '&#x1F600;', '>'),
            tie('element'),
          ),
          { maxLength: 4 },
        ),
      })
      .map(({ declared, undeclared, prefix: own, attributes, content }) => {
        const declarations = declared
          .filter(([declaredPrefix]) => !undeclared || declaredPrefix !== '')
          .map(([declaredPrefix, uri]) => ` xmlns${declaredPrefix && `:${declaredPrefix}`}="${uri}"`);
        if (undeclared) declarations.push(' xmlns=""');
        const values = attributes.map(([name, value]) => ` ${name}='${value.replace(/[&<']/g, '&amp;')}'`);
        const name = own === '' ? 'e' : `${own}:e`;
        return `<${name}${declarations.join('')}${values.join('')}>${content.join('')}</${name}>`;
      }),
  }))
  .element.map((inner) => `<top xmlns:p="urn:p" xmlns:q="urn:q" xmlns:r="urn:r">${inner}</top>`);

const prefixLists = fc.subarray(['', 'p', 'q', 'r', 's', 'unknown']);

describe('canonical form', () => {
  test('of every element of any document, with any prefix list: as libxml2 writes it', () => {
    let compared = 0;
    fc.assert(
      fc.property(strange, prefixLists, (xml, prefixes) => {
        const read = readXml(xml);
        if (!read.ok)
          return assert.throws(() =>
            parsed(xml, (document) => document.canonicalize({ write: (part) => part.length, close: () => true })),
          );
        parsed(xml, (document) => {
          const theirs = document.find('//*') as Parsed[];
          const ours = [...elementsIn(read.document.root)];
          assert.equal(ours.length, theirs.length);
          for (const [at, element] of ours.entries()) {
            const expected = bytesOf((output) =>
              theirs[at]!.canonicalize(output, {
                mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
                inclusiveNamespacePrefixes: prefixes.map((each) => each || '#default'),
              }),
            );
            assert.equal(canonicalXml(element, prefixes), expected);
            compared++;
          }
        });
      }),
      { numRuns: 1000 },
    );
    assert.ok(compared > 2000, `${compared} elements compared`);
  });
});

function bytesOf(write: (output: { write: (part: Uint8Array) => number; close: () => boolean }) => void): string {
  const parts: Buffer[] = [];
  write({ write: (part) => parts.push(Buffer.from(part)) && part.length, close: () => true });
  return Buffer.concat(parts).toString();
}
