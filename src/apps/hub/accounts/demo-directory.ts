// The demo's directory for its page: the targets that the hub keeps itself, asked as any target is asked for everything in it.
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { type AccountTargetPort, type ActualAccount, ownedBy } from '../../../core/provisioning/index.ts';
import type { DirectoryReader } from '../../../edge/web/portal/index.ts';

const most = 50;

export const demoDirectory = (
  catalogue: () => CatalogueSnapshot,
  port: (target: AccountTarget) => AccountTargetPort,
): DirectoryReader => ({
  read: () => {
    const { accountTargets, accountRules } = catalogue();
    return Promise.all(
      [...accountTargets.values()]
        .filter(({ kind }) => kind === 'builtIn')
        .map(async (target) => {
          const accounts: ActualAccount[] = [];
          for await (const one of port(target).all(ownedBy(target.id, accountRules.values()))) {
            accounts.push(one);
            if (accounts.length === most) break;
          }
          return { name: target.name, accounts };
        }),
    );
  },
});
