// Public face: the card listener, one fresh host label a login.
export { keysOfServerName, newCardLabel, populationKey } from './label.ts';
export {
  type CardListener,
  type CardListenerLimits,
  type CardListenerOptions,
  defaultCardLimits,
  startCardListener,
} from './listener.ts';
