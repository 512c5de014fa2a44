// The dispatcher over its ports: the only way into a login and the only chooser.
import { act } from './act.ts';
import { addLogin } from './add-login.ts';
import { cardShown, cardTicket } from './card.ts';
import type { Dispatcher } from './dispatcher.ts';
import { takeHandoff } from './handoff.ts';
import { leave, returned } from './leave.ts';
import type { JourneyPorts } from './ports.ts';
import { removeLogin } from './remove-login.ts';
import { start } from './start.ts';
import { view } from './view.ts';

/** Makes the dispatcher. It keeps nothing itself: any number of hubs can serve one journey. */
export const createDispatcher = (ports: JourneyPorts): Dispatcher => ({
  start: (request, browser) => start(ports, request, browser),
  view: (journey, browser) => view(ports, journey, browser),
  act: (journey, version, action, browser) => act(ports, journey, version, action, browser),
  cardTicket: (journey, browser) => cardTicket(ports, journey, browser),
  cardShown: (token, chain, ip, stapled) => cardShown(ports, token, chain, ip, stapled),
  leave: (journey, provider, browser) => leave(ports, journey, provider, browser),
  returned: (provider, parameters, ip) => returned(ports, provider, parameters, ip),
  takeHandoff: (journey, handoff, browser) => takeHandoff(ports, journey, handoff, browser),
  addLogin: (given, browser) => addLogin(ports, given, browser),
  removeLogin: (link, browser) => removeLogin(ports, link, browser),
});
