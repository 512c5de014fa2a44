// Public face of the pages of cards: their routes, and what they need.
import type { Route } from '../../../../base/http/index.ts';
import { maxBodyBytes } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { cardFormLimits, cardPage, certificateFile, takeStepForm } from './card-page.ts';
import { findCardsPage, ownCardsPage } from './list-pages.ts';
import { orderCardForm, orderPage } from './order-page.ts';
import { cardsPath, findPath, orderPath, temporaryPath } from './parts.ts';
import { makeSoftCard } from './soft-card-page.ts';
import { temporaryForm, temporaryPage } from './temporary-page.ts';

export { cardNote } from './list-pages.ts';
export { cardBack, cardsPath } from './parts.ts';
export * from './ports.ts';

export function cardRoutes(ports: PortalPorts): readonly Route[] {
  const desk = ports.cards;
  return [
    { method: 'GET', path: cardsPath, handle: (request) => ownCardsPage(ports, desk, request) },
    { method: 'GET', path: findPath, handle: (request) => findCardsPage(ports, desk, request) },
    { method: 'GET', path: orderPath, handle: (request) => orderPage(ports, desk, request) },
    { method: 'POST', path: orderPath, maxBodyBytes, handle: (request) => orderCardForm(ports, desk, request) },
    { method: 'GET', path: temporaryPath, handle: (request) => temporaryPage(ports, desk, request) },
    { method: 'POST', path: temporaryPath, maxBodyBytes, handle: (request) => temporaryForm(ports, desk, request) },
    {
      method: 'POST',
      path: '/cards/card/:id/soft-card',
      maxBodyBytes,
      handle: (request) => makeSoftCard(ports, desk, request),
    },
    {
      method: 'GET',
      path: '/cards/card/:id/certificate/:fingerprint',
      handle: (request) => certificateFile(ports, desk, request),
    },
    { method: 'GET', path: '/cards/card/:id', handle: (request) => cardPage(ports, desk, request) },
    {
      method: 'POST',
      path: '/cards/card/:id',
      maxBodyBytes: cardFormLimits.maxBytes,
      handle: (request) => takeStepForm(ports, desk, request),
    },
  ];
}
