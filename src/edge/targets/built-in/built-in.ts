// The target in the hub's own database: as strict as a directory about names, with nothing behind it.
import { newId } from '../../../base/ids.ts';
import {
  type AccountStep,
  type AccountTargetPort,
  type ActualAccount,
  afterStep,
  type StepAnswer,
} from '../../../core/provisioning/index.ts';

/** Port: the rows. */
export interface BuiltInRows {
  readonly byKey: (key: string) => Promise<readonly ActualAccount[]>;
  readonly byId: (id: string) => Promise<ActualAccount | undefined>;
  /** False when the login name or the key is taken. */
  readonly add: (account: ActualAccount) => Promise<boolean>;
  readonly replace: (account: ActualAccount) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  /** All of them, in the order of `reconcileOrder`. */
  readonly inOrder: () => AsyncIterable<ActualAccount>;
}

const done = (account: ActualAccount | undefined): StepAnswer => ({ kind: 'done', account });

export function builtInTarget(rows: BuiltInRows, clock: () => number): AccountTargetPort {
  async function create(step: Extract<AccountStep, { kind: 'create' }>): Promise<StepAnswer> {
    for (const loginName of step.loginNames) {
      const id = newId(clock());
      const account: ActualAccount = {
        id,
        address: loginName,
        key: step.key,
        mark: step.mark,
        loginName,
        principal: `${loginName}@${step.principalSuffix}`,
        container: step.container,
        enabled: false,
        hasPassword: false,
        attributes: step.attributes,
        groups: [],
      };
      if (await rows.add(account)) return done(account);
      const [made] = await rows.byKey(step.key);
      if (made !== undefined) return done(made);
    }
    return { kind: 'refused', reason: 'namesTaken', detail: `${step.loginNames.length} names are taken` };
  }

  return {
    find: (key) => rows.byKey(key),
    async step(step, account) {
      if (step.kind === 'create') return create(step);
      const is = account && (await rows.byId(account.id));
      if (step.kind === 'delete') {
        if (is !== undefined) await rows.remove(is.id);
        return done(undefined);
      }
      if (is === undefined) return { kind: 'refused', reason: 'containerMissing', detail: 'the account is gone' };
      const next = afterStep(is, step);
      await rows.replace(next);
      return done(next);
    },
    all: rows.inOrder,
    check: async () => [],
  };
}
