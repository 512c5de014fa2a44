// The HPR number of a ticket: the register's word where the hub has one, also when that is that somebody is not in it.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { assignment, morning, person } from '../../../test/fakes/ward.ts';
import { temporaryFolder } from '../../../test/support/index.ts';
import { Problem } from '../../base/problem.ts';
import { emptyRegisters, type ProfessionalRegister } from '../../core/context/index.ts';
import { openRegisters, registeredNumber, registersFolder } from './registers.ts';

const nurse = person('nina', { assignments: [assignment('nina', 'hospital', { hprNumber: '1' })] });
const numberBy = (find: ProfessionalRegister['find'], has = true) =>
  registeredNumber({ professionals: { find }, hasProfessionals: () => has }, () => morning)(nurse, '14818510056');

test('is the register’s, whatever the directory says', async () => {
  assert.equal(await numberBy(async () => ({ hprNumber: '9144889', authorisations: [] })), '9144889');
});

test('is none for somebody who is not in it, or when it does not answer', async () => {
  assert.equal(await numberBy(async () => undefined), null);
  const down = new Problem({ kind: 'unavailable', code: 'unavailable' });
  assert.equal(await numberBy(() => Promise.reject(down)), null);
  await assert.rejects(numberBy(() => Promise.reject(new Error('a fault of ours'))));
});

test('is left to the directory where the hub has no register', async () => {
  assert.equal(await numberBy(emptyRegisters.professionals.find, false), undefined);
});

test('a register is a file or a service', () => {
  const folder = temporaryFolder('registers');
  try {
    const settings = { dataFolder: folder.path, registersUrl: undefined };
    const log = { error: () => undefined };
    const open = (url?: string) => openRegisters({ ...settings, registersUrl: url }, log, undefined);
    assert.equal(open().hasProfessionals(), false);
    assert.equal(open('https://registers.example').hasProfessionals(), true);
    mkdirSync(registersFolder(settings), { recursive: true });
    writeFileSync(`${registersFolder(settings)}/professionals.yaml`, 'professionals: []\n');
    assert.equal(open().hasProfessionals(), true);
  } finally {
    folder.remove();
  }
});
