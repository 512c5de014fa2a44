// A login by password at a directory in memory: the connector on it, a throttle that says what a test says, and what was asked of each.
import { Secret } from '../../src/base/secret.ts';
import type { PasswordDomain } from '../../src/core/catalogue/index.ts';
import type { LoginPass, LoginTry } from '../../src/core/directory/index.ts';
import type { ConnectorAnswer } from '../../src/core/journey/index.ts';
import {
  directoryPasswordConnector,
  standingChecks,
  typedChecks,
} from '../../src/edge/connectors/directory-password/index.ts';
import { domainProvider, FakeDirectory } from './password-directory.ts';

export const morning = Date.UTC(2026, 10, 30, 8);

export interface PasswordWorldGiven {
  readonly checks?: { readonly typed: typeof typedChecks; readonly standing: typeof standingChecks };
  readonly domain?: Partial<PasswordDomain>;
  readonly pass?: LoginPass;
  /** What the hub takes for its own password there. */
  readonly secret?: string;
}

export function passwordWorld(given: PasswordWorldGiven = {}) {
  const directory = new FakeDirectory();
  directory.now = morning;
  const asked: LoginTry[] = [];
  const log: string[] = [];
  const connector = directoryPasswordConnector(
    {
      connect: (url) => directory.connect(url),
      openSecret: () => new Secret(given.secret ?? directory.hubPassword),
      throttle: {
        ask: async (attempt) => {
          asked.push(attempt);
          return given.pass ?? { kind: 'go', firstHere: true };
        },
        succeeded: async (_, { firstHere }) => void log.push(firstHere ? 'succeeded' : 'anew'),
      },
      networkOf: (ip) => (ip === '10.0.0.1' ? { id: 'n', name: 'n', cidrs: [], organisation: 'hospital' } : undefined),
      newId: () => 'e1',
    },
    given.checks ?? { typed: typedChecks, standing: standingChecks },
  );
  const provider = domainProvider(given.domain);
  const login = (username: string, password: string, ip = '192.0.2.1', at = morning) =>
    connector.reply(provider, { kind: 'form', fields: { username, password }, ip }, at);
  return { directory, login, asked, log, connector, provider };
}

export const said = (answer: ConnectorAnswer): string => (answer.kind === 'proven' ? 'proven' : answer.reason);
