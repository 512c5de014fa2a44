// RFC 5424 messages and their framing, against the grammar and with hostile values.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { auditRow, parseEventText } from './event-text.ts';
import { octetCounted, syslogMessage } from './syslog-format.ts';

const sender = { host: 'hub1.example.org', process: '42' };
const messageOf = (given: Partial<Parameters<typeof auditRow>[0]>) => {
  const { text } = auditRow({ kind: 'journey.refused', at: 1_763_816_340_123, outcome: 'refused', body: {}, ...given });
  return { text, message: syslogMessage(parseEventText(text)!, text, 7, sender).toString('utf8') };
};

// RFC 5424 6: HEADER SP STRUCTURED-DATA SP MSG, with one element.
const grammar =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([\x21-\x7e]{1,255}) tillit ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) \[tillit@32473((?: [a-z]+="(?:[^"\\\]]|\\["\\\]])*")*)\] \ufeff(.*)$/su;

describe('RFC 5424', () => {
  test('an event becomes one message whose text is the stored text', () => {
    const { text, message } = messageOf({ person: 'p1', reference: 'K7QM-2F9X', reason: 'card.expired' });
    assert.equal(
      message,
      `<108>1 2025-11-22T12:59:00.123Z hub1.example.org tillit 42 journey.refused [tillit@32473 index="7" outcome="refused" person="p1" reference="K7QM-2F9X" reason="card.expired"] \ufeff${text}`,
    );
  });

  test('no value breaks out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (person, note) => {
        const { text, message } = messageOf({ person: `${person}"] [x@1 a="\\`, body: { note } });
        const parts = grammar.exec(message);
        assert.ok(parts, message);
        assert.equal(parts[7], text);
        assert.ok(!/[\n\r]/.test(message));
      }),
    );
  });

  test('frames are counted in octets, not characters', () => {
    assert.equal(octetCounted(Buffer.from('å')).toString('utf8'), '2 å');
  });
});
