// Ways to spoil DER that reach deep into a reader: single bits and octets, and whole elements with every length around them right.
import fc from 'fast-check';
import { der } from '../../src/base/x509/index.ts';

interface Span {
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** The element at `at`, as far as the octets look like one that ends by `limit`. */
function spanAt(bytes: Buffer, at: number, limit: number): Span | undefined {
  const first = bytes[at + 1] ?? 0x80;
  const count = first < 0x80 ? 0 : first & 0x7f;
  const content = at + 2 + count;
  if (first === 0x80 || count > 3 || content > limit) return undefined;
  const end = content + (count === 0 ? first : bytes.readUIntBE(at + 2, count));
  return end > limit ? undefined : { start: at, content, end };
}

/** Where elements lie from `at` to `limit`; inside octet and bit strings too, when all of their content looks like some. */
function spansOf(bytes: Buffer, at = 0, limit = bytes.length): readonly Span[] {
  const found: Span[] = [];
  for (let span = spanAt(bytes, at, limit); span !== undefined; span = spanAt(bytes, span.end, limit)) {
    const { start, content, end } = span;
    const tag = bytes[start] as number;
    const isConstructed = (tag & 0x20) !== 0;
    const inside =
      isConstructed || tag === 0x04 || tag === 0x03 ? spansOf(bytes, content + (tag === 0x03 ? 1 : 0), end) : [];
    found.push(span, ...(isConstructed || inside.some((each) => each.end === end) ? inside : []));
  }
  return found;
}

/** The octets with one element changed and the lengths of those around it made right again. */
function withElement(bytes: Buffer, spans: readonly Span[], span: Span, instead: Buffer): Buffer {
  const around = spans
    .filter(({ content, end, start }) => content <= span.start && span.end <= end && start < span.start)
    .sort((one, other) => other.start - one.start);
  let [inner, from, to] = [instead, span.start, span.end];
  for (const { start, content, end } of around) {
    const whole = Buffer.concat([bytes.subarray(content, from), inner, bytes.subarray(to, end)]);
    inner = der(bytes[start] as number, whole);
    [from, to] = [start, end];
  }
  return Buffer.concat([bytes.subarray(0, from), inner, bytes.subarray(to)]);
}

const nested = (depth: number, inside: Buffer): Buffer => {
  let bytes = inside;
  for (let level = 0; level < depth; level++) bytes = der(0x30, bytes);
  return bytes;
};

/** What an element is changed into. */
const changes: Readonly<Record<string, (element: Buffer, header: number, by: number, other: Buffer) => Buffer>> = {
  gone: () => Buffer.alloc(0),
  twice: (element) => Buffer.concat([element, element]),
  manyTimes: (element, _header, by) => Buffer.concat(Array<Buffer>(2 + (by % 2000)).fill(element.subarray(0, 64))),
  otherTag: (element, _header, by) => Buffer.concat([Buffer.from([by & 0xff]), element.subarray(1)]),
  emptied: (element) => Buffer.from([element[0] as number, 0]),
  lengthLie: (element, _header, by) =>
    Buffer.concat([element.subarray(0, 1), Buffer.from([by & 0xff]), element.subarray(2)]),
  lengthOfGigabytes: (element, header, by) =>
    Buffer.concat([element.subarray(0, 1), Buffer.from([0x84, by & 0xff, 0xff, 0xff, 0xff]), element.subarray(header)]),
  indefinite: (element, header) =>
    Buffer.concat([element.subarray(0, 1), Buffer.from([0x80]), element.subarray(header), Buffer.from([0, 0])]),
  deep: (element, _header, by) => nested(20 + (by % 400), element),
  hugeInteger: (_element, _header, by) => der(0x02, Buffer.alloc(1 + (by % 40_000), 0x7f)),
  hugeOid: (_element, _header, by) => der(0x06, Buffer.alloc(1 + (by % 40_000), 0xff)),
  longArcs: (_element, _header, by) => der(0x06, Buffer.alloc(1 + (by % 64), 0x01)),
  bitsLie: (element, header, by) => der(0x03, Buffer.from([by & 0xff]), element.subarray(header)),
  ofAnother: (_element, _header, _by, other) => other,
  wrapped: (element) => der(0x04, element),
};

/** A good or bad file, spoilt in one to four places; `others` lend their elements. */
export function spoiltDer(bytes: Buffer, others: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const step = fc.record({
    how: fc.constantFrom('bit', 'octet', 'cut', 'insert', ...Object.keys(changes)),
    at: fc.nat(0xffffff),
    by: fc.nat(0xffff),
    other: fc.constantFrom(...others),
  });
  return fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) =>
    steps.reduce((now, { how, at, by, other }) => {
      if (now.length === 0 || now.length > 200_000) return now;
      const place = at % now.length;
      if (how === 'bit' || how === 'octet') {
        const changed = Buffer.from(now);
        changed[place] = how === 'octet' ? by & 0xff : (now[place] as number) ^ (1 << (by & 7));
        return changed;
      }
      if (how === 'cut') return Buffer.concat([now.subarray(0, place), now.subarray(place + (by % 40))]);
      if (how === 'insert')
        return Buffer.concat([now.subarray(0, place), Buffer.from([by & 0xff, by >> 8]), now.subarray(place)]);
      const [spans, lent] = [spansOf(now), spansOf(other)];
      const span = spans[at % Math.max(1, spans.length)];
      const given = lent[by % Math.max(1, lent.length)];
      if (span === undefined || given === undefined) return now;
      const element = now.subarray(span.start, span.end);
      const change = changes[how] as (typeof changes)[string];
      const instead = change(element, span.content - span.start, by, other.subarray(given.start, given.end));
      return withElement(now, spans, span, instead);
    }, bytes),
  );
}
