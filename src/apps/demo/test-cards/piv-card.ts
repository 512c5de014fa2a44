// A PIV card in software (NIST SP 800-73-4, the part that a login needs): one RSA key, its certificate, and a PIN that counts down.
import { constants, createHash, type KeyObject, privateEncrypt, timingSafeEqual, X509Certificate } from 'node:crypto';
import { readTlv, tlv } from './tlv.ts';

/** How often a wrong PIN may be given before the card is blocked. */
export const pinTries = 3;

export interface PivCardContent {
  /** DER. */
  readonly certificate: Buffer;
  /** RSA: OpenSC 0.23 does not sign with the elliptic curves of a card that it does not know by name. */
  readonly key: KeyObject;
  /** Six to eight digits. */
  readonly pin: string;
  /** What is left of `pinTries`; a blocked card stays blocked when it is pulled. */
  readonly triesLeft: number;
  /** Told whenever the number changes, so that it outlives the card's holder. */
  readonly onTriesLeft?: (left: number) => void;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** Status words (ISO 7816-4 5.6). */
const status = {
  done: hex('9000'),
  securityNotSatisfied: hex('6982'),
  blocked: hex('6983'),
  wrongData: hex('6a80'),
  notFound: hex('6a82'),
  noSuchReference: hex('6a88'),
  noSuchInstruction: hex('6d00'),
  wrongPin: (left: number): Buffer => Buffer.from([0x63, 0xc0 | left]),
};
const empty = Buffer.alloc(0);
const application = hex('a000000308');
const version = hex('000010000100');
const cardAuthentication = 0x9a;
const pinReference = 0x80;
const longestAnswer = 256;

/** A command as the reader gives it (ISO 7816-4 5.1), in short or extended form. */
function dataOf(command: Buffer): Buffer {
  if (command.length <= 5) return empty;
  const extended = command[4] === 0 && command.length > 7;
  const from = extended ? 7 : 5;
  return command.subarray(from, from + (extended ? command.readUInt16BE(5) : (command[4] ?? 0)));
}

/** The card: give it commands, it answers; `reset` is what taking its power away does to it. */
export class PivCard {
  /** Answer to reset: T=1, no history. */
  readonly atr = hex('3b80800101');
  readonly #content: PivCardContent;
  readonly #id: Buffer;
  readonly #expires: string;
  #triesLeft: number;
  #pinGiven = false;
  #selected = false;
  #chained: Buffer[] = [];
  #rest: Buffer = empty;

  constructor(content: PivCardContent) {
    if (content.key.asymmetricKeyType !== 'rsa') throw new Error('a virtual PIV card needs an RSA key');
    this.#content = content;
    this.#triesLeft = content.triesLeft;
    this.#id = createHash('sha256').update(content.certificate).digest().subarray(0, 16);
    const { validTo } = new X509Certificate(content.certificate);
    this.#expires = new Date(validTo).toISOString().slice(0, 10).replaceAll('-', '');
  }

  reset(): void {
    this.#pinGiven = false;
    this.#selected = false;
    this.#chained = [];
    this.#rest = empty;
  }

  /** Answers one command; whatever it is, the answer is one that a card may give. */
  answer(command: Buffer): Buffer {
    const [kind = 0, instruction = 0, first = 0, second = 0, expected = 0] = command;
    if (command.length < 4) return status.wrongData;
    if (instruction === 0xc0) return this.#more(expected === 0 ? longestAnswer : expected);
    const data = dataOf(command);
    if ((kind & 0x10) !== 0) {
      this.#chained.push(data);
      return status.done;
    }
    const whole = Buffer.concat([...this.#chained, data]);
    this.#chained = [];
    if (instruction === 0xa4) return this.#select(whole);
    if (!this.#selected) return status.noSuchInstruction;
    if (instruction === 0xcb) return this.#getData(whole);
    if (instruction === 0x20) return this.#verify(first, second, whole);
    if (instruction === 0x87) return this.#authenticate(second, whole);
    return status.noSuchInstruction;
  }

  /** What does not fit into one answer is asked for by GET RESPONSE. */
  #give(bytes: Buffer): Buffer {
    this.#rest = bytes;
    return this.#more(longestAnswer);
  }

  #more(most: number): Buffer {
    const now = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(most);
    const left = this.#rest.length;
    return Buffer.concat([now, left === 0 ? status.done : Buffer.from([0x61, Math.min(left, 255)])]);
  }

  #select(name: Buffer): Buffer {
    if (!name.subarray(0, application.length).equals(application)) return status.notFound;
    this.#selected = true;
    return this.#give(
      tlv(
        '61',
        tlv('4f', version),
        tlv('79', tlv('4f', application)),
        tlv('50', Buffer.from('Tillit test card, software')),
      ),
    );
  }

  #getData(request: Buffer): Buffer {
    const wanted = readTlv(request)
      ?.find(({ tag }) => tag === '5c')
      ?.value.toString('hex');
    const found = wanted === undefined ? undefined : this.#object(wanted);
    return found === undefined ? status.notFound : this.#give(found);
  }

  /** SP 800-73-4 part 1, table 3: what the card has to read without a PIN. */
  #object(tag: string): Buffer | undefined {
    const certificate = this.#content.certificate;
    const none = (name: string): Buffer => tlv(name);
    switch (tag) {
      case '7e':
        return tlv('7e', tlv('4f', Buffer.concat([application, version])), tlv('5f2f', hex('4010')));
      case '5fc102': // Card holder unique identifier: no agency, a GUID, when it ends.
        return tlv(
          '53',
          tlv('30', hex('d4e739da739ced39ce739d836858210842108421c84210c3eb')),
          tlv('34', this.#id),
          tlv('35', Buffer.from(this.#expires)),
          none('3e'),
          none('fe'),
        );
      case '5fc107': // Card capability container.
        return tlv(
          '53',
          tlv('f0', hex('a000000116ff02'), this.#id.subarray(0, 14)),
          tlv('f1', hex('21')),
          tlv('f2', hex('21')),
          none('f3'),
          tlv('f4', hex('00')),
          tlv('f5', hex('10')),
          ...['f6', 'f7', 'fa', 'fb', 'fc', 'fd', 'fe'].map(none),
        );
      case '5fc105': // The certificate of key 9A, uncompressed.
        return tlv('53', tlv('70', certificate), tlv('71', Buffer.from([0])), none('fe'));
      default:
        return undefined;
    }
  }

  /** SP 800-73-4 part 2, 3.2.1. */
  #verify(what: number, reference: number, data: Buffer): Buffer {
    if (reference !== pinReference) return status.noSuchReference;
    if (what === 0xff) {
      this.#pinGiven = false;
      return status.done;
    }
    if (data.length === 0) return this.#pinGiven ? status.done : status.wrongPin(this.#triesLeft);
    if (this.#triesLeft === 0) return status.blocked;
    const padded = (pin: Buffer): Buffer => Buffer.concat([pin, Buffer.alloc(8, 0xff)]).subarray(0, 8);
    this.#pinGiven =
      data.length <= 8 && timingSafeEqual(padded(data), padded(Buffer.from(this.#content.pin, 'latin1')));
    this.#countTries(this.#pinGiven ? pinTries : this.#triesLeft - 1);
    return this.#pinGiven ? status.done : this.#triesLeft === 0 ? status.blocked : status.wrongPin(this.#triesLeft);
  }

  #countTries(left: number): void {
    if (left === this.#triesLeft) return;
    this.#triesLeft = left;
    this.#content.onTriesLeft?.(left);
  }

  /** GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4): the padded block comes from outside, the card only applies the key. */
  #authenticate(reference: number, data: Buffer): Buffer {
    if (reference !== cardAuthentication) return status.noSuchReference;
    if (!this.#pinGiven) return status.securityNotSatisfied;
    const template = readTlv(data)?.find(({ tag }) => tag === '7c')?.value;
    const challenge = template && readTlv(template)?.find(({ tag }) => tag === '81')?.value;
    if (challenge === undefined) return status.wrongData;
    let signature: Buffer;
    try {
      signature = privateEncrypt({ key: this.#content.key, padding: constants.RSA_NO_PADDING }, challenge);
    } catch {
      return status.wrongData; // not of the key's length
    }
    return this.#give(tlv('7c', tlv('82', signature)));
  }
}
