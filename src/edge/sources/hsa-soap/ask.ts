// Asks the platform: its addresses in turn, all of it within one look-up's time.
import type { Clock, EpochMs } from '../../../base/clock.ts';
import type { XmlElement } from '../../../base/xml/index.ts';
import { sourceAway } from '../../../core/directory/index.ts';
import { answerLimits, readAnswer, requestText, type SoapAnswer, soapAction } from './envelope.ts';
import type { Interaction } from './interactions.ts';

export interface SoapMessage {
  /** The header's whole value. */
  readonly soapAction: string;
  readonly body: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Port: one POST of `text/xml` over mutual TLS; a redirect is an answer; rejects on anything but a whole one in bounds. */
export type PostSoap = (url: string, message: SoapMessage) => Promise<SoapAnswer>;

export interface PlatformSettings {
  /** What stands before the interactions' paths, in the order in which they are tried. */
  readonly addresses: readonly string[];
  readonly logicalAddress: string;
  readonly answerWithinMs: number;
}

/** One look-up: everything that it asks shares its time. */
export interface LookUp {
  readonly ask: (interaction: Interaction, message: XmlElement) => Promise<XmlElement>;
}

/** A gateway that says that nobody is behind it now. */
const gatewayAway = (status: number): boolean => status >= 502 && status <= 504;

export function platform(settings: PlatformSettings, post: PostSoap, clock: Clock): () => LookUp {
  const { addresses, logicalAddress, answerWithinMs } = settings;

  async function ask(interaction: Interaction, message: XmlElement, until: EpochMs): Promise<XmlElement> {
    const body = requestText(logicalAddress, message);
    const failures: string[] = [];
    for (const [index, address] of addresses.entries()) {
      const left = Math.min(until - clock(), answerWithinMs);
      if (left <= 0) break;
      // One that does not answer leaves time for those after it.
      const timeoutMs = Math.ceil(left / (addresses.length - index));
      let answer: SoapAnswer;
      try {
        answer = await post(`${address}${interaction.path}`, {
          soapAction: soapAction(interaction),
          body,
          timeoutMs,
          maxBytes: answerLimits.bytes,
        });
      } catch (cause) {
        failures.push(`${address}: ${cause instanceof Error ? cause.message : 'no whole answer'}`);
        continue;
      }
      const isLast = index === addresses.length - 1;
      if (isLast || !gatewayAway(answer.status)) return readAnswer(interaction, answer);
      failures.push(`${address}: status ${answer.status}`);
    }
    throw sourceAway(`${interaction.name}: ${failures.join('; ') || `no answer within ${answerWithinMs} ms`}`);
  }

  return () => {
    const until = clock() + answerWithinMs;
    return { ask: (interaction, message) => ask(interaction, message, until) };
  };
}
