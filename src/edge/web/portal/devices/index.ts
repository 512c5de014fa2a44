// Public face of the pages of enrolled devices: their routes, and what they need.
import type { Route } from '../../../../base/http/index.ts';
import { maxBodyBytes } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { devicePage, takeDeviceStep } from './device-page.ts';
import { addDevice, devicesPage } from './list-page.ts';
import { devicesPath } from './parts.ts';

export { deviceBack, devicesPath } from './parts.ts';
export * from './ports.ts';

export function enrolledDeviceRoutes(ports: PortalPorts): readonly Route[] {
  const desk = ports.enrolled;
  return [
    { method: 'GET', path: devicesPath, handle: (request) => devicesPage(ports, desk, request) },
    { method: 'POST', path: '/devices/add', maxBodyBytes, handle: (request) => addDevice(ports, desk, request) },
    { method: 'GET', path: '/devices/device/:id', handle: (request) => devicePage(ports, desk, request) },
    {
      method: 'POST',
      path: '/devices/device/:id',
      maxBodyBytes,
      handle: (request) => takeDeviceStep(ports, desk, request),
    },
  ];
}
