// `tillit export`: what is configured, as YAML that applies as no change.
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PersonRecord } from '../../core/directory/index.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { readItems } from '../../edge/store/hub/catalogue.ts';
import { directoryReader, sealedIdentities } from '../../edge/store/hub/directory.ts';
import { identityVault } from '../../edge/store/hub/identity-vault.ts';
import { sectionNames } from '../hub/apply/index.ts';
import { withAdminPlace } from './admin-place.ts';
import { exportYaml } from './apply/index.ts';
import { type Command, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const options = {
  section: { type: 'string', multiple: true },
  'personal-numbers': { type: 'boolean' },
  protected: { type: 'boolean' },
  secrets: { type: 'boolean' },
  output: { type: 'string' },
} as const;

export const exportCommand: Command = {
  name: 'export',
  summary: 'Print configuration and directory as YAML that applies as no change.',
  usage: `export [--section NAME]… [--output FILE] [--personal-numbers] [--protected] [--secrets]
--section           only these: ${sectionNames.join(', ')}
--output            write to a new file that only its owner reads
--personal-numbers  also national numbers; without it they are written as hidden and stay as they are
--protected         also people with protected identity; without it they are written as hidden
--secrets           also hashes of client secrets; without it they are written as (kept)
Every export is audited.`,
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(exportCommand, io, words.why);
    const { values, positionals } = words;
    const sections = values.section ?? [];
    const unknown = sections.find((name) => !(sectionNames as readonly string[]).includes(name));
    if (positionals.length > 0) return usedWrongly(exportCommand, io, `What is ${positionals[0]}?`);
    if (unknown !== undefined) return usedWrongly(exportCommand, io, `There is no section ${unknown}.`);
    const file = values.output === undefined ? undefined : openSync(resolve(io.cwd, values.output), 'wx', 0o600);
    try {
      await withAdminPlace(io, 'export', async ({ pool, keyring, clock, who }) => {
        const flags = {
          personalNumbers: values['personal-numbers'] === true,
          protected: values.protected === true,
          hashesOfClients: values.secrets === true,
        };
        // It is in the trail before the first line is out.
        await insertAudit(pool, [
          { kind: 'admin.exported', at: clock(), outcome: 'ok', body: { who, sections, ...flags } },
        ]);
        await inTransaction(pool, async (client) => {
          await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
          const vault = identityVault(keyring);
          const reveal = async (identities: PersonRecord['identities']) =>
            new Map(
              (await sealedIdentities(client, identities)).flatMap((row) => {
                const value = vault.reveal(row);
                return value === undefined ? [] : [[`${row.namespace} ${row.lookup}`, value] as const];
              }),
            );
          const text = exportYaml({
            items: await readItems(client),
            reader: directoryReader(client),
            sections,
            reveal: flags.personalNumbers ? reveal : undefined,
            withProtected: flags.protected,
            withSecrets: flags.hashesOfClients,
          });
          for await (const part of text) {
            if (file === undefined) io.out(part.replace(/\n$/, ''));
            else writeSync(file, part);
          }
        });
      });
      return 0;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  },
};
