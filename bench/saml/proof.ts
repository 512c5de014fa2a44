// Proves before the clock starts that all sides do the same work: whoever verifies accepts the answers of all, and no forged one.
import { nodeSaml } from './node-saml.ts';
import { newRequests, type Parties, signerOf, strangerAs } from './parties.ts';
import { samlify } from './samlify.ts';
import type { Side } from './side.ts';
import { tillit } from './tillit.ts';

/** Throws when a side refuses a right answer, or believes one whose assertion or Response a stranger signed. */
export async function proveSameWork(parties: Parties, bits: number): Promise<void> {
  const stranger = signerOf(strangerAs(parties.provider, bits));
  const ours = await tillit(parties);
  const theirs = samlify(parties);
  const believers = { tillit: ours, 'node-saml': nodeSaml(parties), samlify: theirs };
  const answers: readonly (readonly [title: string, from: Side, right: boolean])[] = [
    ['of tillit', ours, true],
    ['of samlify', theirs, true],
    ['whose assertion a stranger signed', await tillit(parties, { assertionKey: stranger }), false],
    ['that a stranger signed around a right assertion', await tillit(parties, { responseKey: stranger }), false],
  ];
  for (const [title, from, right] of answers) {
    const [asked] = newRequests(parties, signerOf(parties.service), 1);
    if (asked === undefined || from.answer === undefined) throw new Error('nothing to prove');
    const brought = { requestId: asked.id, response: await from.answer(asked.query) };
    for (const [name, { believe }] of Object.entries(believers)) {
      const refusal = await believe?.(brought).then(
        (who) => (who === 'lasting' ? undefined : `about ${who}`),
        (error: Error) => error.message,
      );
      if ((refusal === undefined) !== right)
        throw new Error(`${name} ${right ? 'refuses' : 'believes'} an answer ${title}: ${refusal}`);
    }
  }
}
