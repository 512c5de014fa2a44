// The map of commands. A new command is a file beside this one and a line here.

import { admin } from './admin.ts';
import { apply } from './apply.ts';
import { audit } from './audit.ts';
import { authority } from './authority.ts';
import { backup } from './backup.ts';
import { card } from './card.ts';
import { clientSystem } from './client-system.ts';
import type { Command } from './command.ts';
import { dbUrl } from './db-url.ts';
import { device } from './device.ts';
import { explain } from './explain.ts';
import { exportCommand } from './export.ts';
import { held } from './held.ts';
import { identities, unlink } from './identities.ts';
import { keys } from './keys.ts';
import { logins } from './logins.ts';
import { metadata } from './metadata.ts';
import { person } from './person.ts';
import { pki } from './pki.ts';
import { policy } from './policy.ts';
import { registers } from './registers.ts';
import { restore } from './restore.ts';
import { saml } from './saml.ts';
import { source } from './source.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { target } from './target.ts';
import { ticket } from './ticket.ts';
import { version } from './version.ts';

/** In the order in which they are listed. */
export const commands: readonly Command[] = [
  start,
  status,
  apply,
  exportCommand,
  policy,
  registers,
  metadata,
  held,
  person,
  identities,
  unlink,
  device,
  target,
  source,
  admin,
  clientSystem,
  explain,
  audit,
  ticket,
  saml,
  pki,
  logins,
  keys,
  authority,
  card,
  backup,
  restore,
  dbUrl,
  version,
];
