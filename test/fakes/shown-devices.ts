// Enrolled devices for tests of pages: none are made here.
import type { EnrolledDevices } from '../../src/edge/web/portal/index.ts';

export const shownDevices = (given: Partial<EnrolledDevices> = {}): EnrolledDevices => ({
  offered: () => false,
  cardProviders: () => [],
  hours: () => 12,
  list: async () => [],
  look: async () => undefined,
  places: async () => [],
  codeForDevice: async () => ({ kind: 'refused', code: 'devices.needsCard' }),
  codeForShift: async () => ({ kind: 'refused', code: 'devices.needsCard' }),
  endShift: async () => undefined,
  reportLost: async () => undefined,
  ...given,
});
