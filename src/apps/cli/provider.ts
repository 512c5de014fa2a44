// `tillit provider check`: whether an organisation's own directory can prove its people, and how its lock-out and ours stand (H4).
import { compileCatalogue } from '../../core/catalogue/index.ts';
import { checkDomain } from '../../edge/connectors/directory-password/index.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { reachWords } from '../../edge/targets/active-directory/index.ts';
import { domainReach } from '../hub/password-domains.ts';
import { withAdminPlace } from './admin-place.ts';
import { type Command, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

export const provider: Command = {
  name: 'provider',
  summary: 'Check a directory whose passwords people log in with.',
  usage: `provider check PROVIDER
check  asks each domain controller of a provider of the kind directoryPassword as the hub does, and says what keeps it from working:
       LDAPS and certificate, the hub's own name and password, the tree, what must be read of people, and where the domain
       locks and the hub stops before it. Tries nobody's password; changes nothing.
Exit code 1 when it finds a fault.`,
  async run(args, io) {
    const words = readWords(args, {});
    if (!words.ok) return usedWrongly(provider, io, words.why);
    const [verb, id, ...more] = words.positionals;
    if (verb !== 'check' || id === undefined || more.length > 0)
      return usedWrongly(provider, io, 'Say check PROVIDER.');
    return await withAdminPlace(io, 'provider', async ({ pool, keyring }) => {
      const compiled = compileCatalogue(await readRevision(pool), await readItems(pool));
      const record = compiled.ok ? compiled.snapshot.providers.get(id) : undefined;
      if (record === undefined) {
        io.err(compiled.ok ? `There is no provider ${id}.` : 'The catalogue does not hold; see: tillit status');
        return 1;
      }
      const { domain } = record;
      if (domain === undefined) {
        io.err(`${id} is of the kind ${record.connector}: only directoryPassword has a directory to ask.`);
        return 1;
      }
      const ports = { ...domainReach(keyring), explain: reachWords };
      const findings = await checkDomain({ ...record, domain }, ports);
      for (const { what, why } of findings) io.out(`${what}: ${why}`);
      const broken = findings.some(({ note }) => note === undefined);
      if (!broken) io.out(`${id} answers, and people can log in with its passwords.`);
      return broken ? 1 : 0;
    });
  },
};
