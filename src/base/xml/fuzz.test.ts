// Reading, verifying and decrypting whatever comes: an answer each time, in bounded time and memory (S17).
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  decryptElement,
  encryptElement,
  loadXml,
  messageLimits,
  readXml,
  signElement,
  verifySignature,
  writeXml,
} from './index.ts';
import { assertionName, assertionOf, key, privateKey, publicKey, responseWith, saml } from './sample-documents.ts';

interface WebAssemblyApi {
  instantiate: (...given: readonly unknown[]) => Promise<{ instance?: { exports: object }; exports?: object }>;
  readonly Memory: abstract new () => { readonly buffer: ArrayBuffer };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

/** The module's memory, seen at its birth: nothing of the library shows it. */
let memory: { readonly buffer: ArrayBuffer } | undefined;
before(async () => {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const result = await instantiate(...given);
    const exported = Object.values(result.instance?.exports ?? result.exports ?? {});
    memory = exported.find((each) => each instanceof WebAssembly.Memory);
    return result;
  };
  await loadXml();
  WebAssembly.instantiate = instantiate;
});

const good = assertionOf('Anna');
const encrypted = saml('EncryptedAssertion', {}, encryptElement(good, { recipient: publicKey }));
const documents = [
  writeXml(signElement(good, { key })),
  writeXml(responseWith(signElement(good, { key }))),
  writeXml(signElement(responseWith(encrypted), { key })),
];

/** All that a message goes through. */
function judge(given: Uint8Array | string): void {
  const read = readXml(given);
  if (!read.ok) {
    assert.match(read.reason, /^xml\.\w+$/);
    return;
  }
  const { document } = read;
  // Verification writes what was read, so all that can be read can be written.
  assert.doesNotThrow(() => writeXml(document.root));
  for (const which of ['root', assertionName] as const) {
    const result = verifySignature(document, { keys: [publicKey], which });
    if (!result.ok) assert.match(result.reason, /^signature\.\w+$/);
  }
  for (const child of document.root.content) {
    if (typeof child === 'object') decryptElement(child, { keys: [privateKey] });
  }
}

const markup = fc.constantFrom(
  ...[
    '<',
    '</',
    '/>',
    '>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '&',
    ';',
    '&amp;',
    '&#',
    '="',
    '"',
    "'",
    ' ',
  ],
  ...[
    '<!DOCTYPE',
    '<!ENTITY',
    'xmlns:',
    'xmlns="',
    'ds:',
    'saml:',
    'ID="_a"',
    ':',
    '\u0000',
    '\ufeff',
    '\ud800',
    'é',
    '\r\n',
  ],
);
const anyText = fc
  .array(fc.oneof(markup, fc.string({ maxLength: 5 })), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('whatever comes', () => {
  test('any text and any bytes: an answer', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.uint8Array({ maxLength: 200 })), (given) => judge(given)),
      { numRuns: 3000 },
    );
  });

  test('a good document with any part put in or taken out: an answer', () => {
    const whole = fc.constantFrom(...documents);
    fc.assert(
      fc.property(whole, fc.nat(), fc.nat({ max: 60 }), anyText, (document, place, length, inserted) => {
        const at = place % document.length;
        judge(document.slice(0, at) + inserted + document.slice(at + length));
      }),
      { numRuns: 2000 },
    );
  });

  /** Each is as large as a message may be, and made to take a parser long. */
  const room = messageLimits.bytes - 5000;
  const filled = (piece: (at: number) => string, most = Number.POSITIVE_INFINITY) => {
    const parts: string[] = [];
    for (let at = 0, size = 0; size + piece(at).length < room && at < most; at++) {
      parts.push(piece(at));
      size += piece(at).length;
    }
    return parts.join('');
  };
  // Exclusive canonical form says a namespace again wherever it is used.
  const longNamespace = (length: number, most: number) =>
    (documents[0] ?? '')
      .replace('<saml:Assertion', `$& xmlns:p="u:${'x'.repeat(length)}"`)
      .replace('</saml:Assertion>', `${'<p:b/>'.repeat(most)}$&`);
  const prefixed = `<b ${Array.from({ length: 46 }, (_, at) => `p${at}:c=""`).join(' ')}/>`;
  const longNamespaces = Array.from({ length: 46 }, (_, at) => `xmlns:p${at}="u:${at}${'x'.repeat(250)}"`).join(' ');
  const declarations = Array.from({ length: 48 }, (_, at) => `xmlns:p${at}="u:x"`).join(' ');
  const prefixList = `<InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="${'p '.repeat(125_000)}"/>`;
  for (const [what, document] of [
    ['tags without an end', filled(() => '<a>')],
    ['as many elements as allowed', `<a>${filled((at) => `<b${at}/>`, 9999)}</a>`],
    ['attributes everywhere', `<a>${filled((at) => `<b c${at}="" d="" e="" f=""/>`, 9999)}</a>`],
    ['as many namespaces in force as allowed', `<a ${declarations}>${filled(() => '<b/>', 9998)}</a>`],
    ['one attribute of 500 kB', `<a b="${filled(() => 'x')}"/>`],
    ['one text of references', `<a>${filled(() => '&#65;')}</a>`],
    ['one text of quotes', `<a b="${filled(() => '&quot;')}"/>`],
    ['a name of 500 kB', `<${filled(() => 'a')}/>`],
    ['comments', `<a>${filled(() => '<!---->')}</a>`],
    ['comments without an end', `<a>${filled(() => '<!--')}`],
    ['CDATA in CDATA', `<a>${filled(() => '<![CDATA[]]>')}</a>`],
    ['white space in a signature', documents[0]!.replace('<ds:DigestValue>', `$&${filled(() => ' ')}`)],
    [
      'a prefix list of 250 kB and 9,000 elements',
      (documents[0] ?? '')
        .replace(/(xml-exc-c14n#")>(?=<\/ds:Transform>)/, `$1>${prefixList}`)
        .replace('</saml:Assertion>', `${'<b/>'.repeat(9000)}$&`),
    ],
    ['a namespace of 250 kB, used 9,000 times: 2 GB if it were written', longNamespace(250_000, 9000)],
    ['a namespace as long as allowed, used 9,900 times', longNamespace(254, 9900)],
    [
      '46 namespaces as long as allowed, in every element',
      (documents[0] ?? '')
        .replace('<saml:Assertion', `$& ${longNamespaces}`)
        .replace(
          '</saml:Assertion>',
          `${filled(() => prefixed).slice(0, -(longNamespaces.length + prefixed.length))}$&`,
        ),
    ],
    ['identifiers', `<a>${filled((at) => `<b ID="_${at}"/>`, 9999)}</a>`],
    ['signatures', `<a ID="_a">${filled(() => '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>', 9999)}</a>`],
  ] as const) {
    test(`bounded time: ${what}`, () => {
      const begun = process.cpuUsage();
      judge(document);
      const { user, system } = process.cpuUsage(begun);
      assert.ok(user + system < 400_000, `${((user + system) / 1000).toFixed(0)} ms`);
    });
  }

  test('20,000 messages, good and bad: the memory of the module stays as it is', () => {
    const spoilt = documents.flatMap((document) => [
      document.slice(0, -9),
      document.replace('Anna', '<Anna>'),
      document.replace('saml:', 'sam1:'),
      document.replace('<saml:', '<?x?><saml:'),
      document.replace('ID=', 'xmlns:p="x y" ID='),
    ]);
    const all = [...documents.slice(0, 2), ...spoilt];
    const run = (times: number) => {
      for (let at = 0; at < times; at++) {
        const read = readXml(all[at % all.length] ?? '');
        if (read.ok && at % 10 === 0) verifySignature(read.document, { keys: [publicKey], which: 'root' });
      }
    };
    run(500);
    const before = memory?.buffer.byteLength ?? 0;
    assert.ok(before > 0);
    run(20_000);
    assert.equal(memory?.buffer.byteLength, before);
  });
});
