// The floor of accounts at login: the writes that make and extend one, by ldapts alone over one bound connection.
import { randomBytes } from 'node:crypto';
import { Attribute, Change } from 'ldapts';
import { toFiletime } from '../src/base/filetime.ts';
import type { Samba } from '../test/support/samba.ts';

export interface BareAccounts {
  /** Milliseconds of each, one at a time. */
  readonly made: readonly number[];
  readonly extended: readonly number[];
  /** Made with eight under way. */
  readonly perSecond: number;
}

const atOnce = 8;

export async function bareAccounts(
  samba: Samba,
  { tree, group, count }: { readonly tree: string; readonly group: string; readonly count: number },
): Promise<BareAccounts> {
  const client = await samba.client();
  const change = (operation: 'add' | 'replace', type: string, ...values: string[] | Buffer[]) =>
    new Change({ operation, modification: new Attribute({ type, values }) });
  const addressOf = (name: string): string => `CN=${name},${tree}`;
  async function make(name: string): Promise<void> {
    const address = addressOf(name);
    await client.add(address, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: name,
      userPrincipalName: `${name}@hosp.test`,
      userAccountControl: '514',
      employeeNumber: name,
      adminDescription: 'bare',
      displayName: name,
    });
    const password = Buffer.from(`"${randomBytes(24).toString('base64')}aA1"`, 'utf16le');
    await client.modify(address, change('replace', 'unicodePwd', password));
    await client.modify(group, change('add', 'member', address));
    await client.modify(address, [
      change('replace', 'accountExpires', toFiletime(Date.now() + 86_400_000)),
      change('replace', 'userAccountControl', '512'),
    ]);
  }
  const timed = async (work: () => Promise<void>): Promise<number> => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };
  try {
    const made: number[] = [];
    const extended: number[] = [];
    for (let n = 0; n < count; n += 1) {
      made.push(await timed(() => make(`bare${n}`)));
      const end = change('replace', 'accountExpires', toFiletime(Date.now() + 90_000_000));
      extended.push(await timed(() => client.modify(addressOf(`bare${n}`), end)));
    }
    const names = Array.from({ length: count }, (_, n) => `many${n}`);
    const begun = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let name = names.pop(); name !== undefined; name = names.pop()) await make(name);
      }),
    );
    return { made, extended, perSecond: (count * 1000) / (performance.now() - begun) };
  } finally {
    await client.unbind();
  }
}
