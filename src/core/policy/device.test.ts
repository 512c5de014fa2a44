// Where a login comes from: enrolled device before network, unknown as portable (H4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshot } from '../../../test/fakes/ward.ts';
import type { DeviceKind } from '../../wire/codes/index.ts';
import { deviceFacts, networkFinderOf } from './device.ts';

const find = networkFinderOf(snapshot());
const rows: [DeviceKind | undefined, string, string][] = [
  [undefined, '10.1.2.3', 'fixed network ward'],
  [undefined, '::ffff:10.1.2.3', 'fixed network ward'],
  [undefined, '10.9.2.3', 'unknown unknown guest'],
  [undefined, '192.0.2.1', 'unknown unknown undefined'],
  [undefined, 'not an address', 'unknown unknown undefined'],
  ['portable', '10.1.2.3', 'portable enrolled ward'],
  ['fixed', '192.0.2.1', 'fixed enrolled undefined'],
];
for (const [enrolled, ip, expected] of rows) {
  test(`${enrolled ?? 'no'} device cookie at ${ip}: ${expected}`, () => {
    const { device, deviceSource, network } = deviceFacts(enrolled, ip, find);
    assert.equal(`${device} ${deviceSource} ${network}`, expected);
  });
}
