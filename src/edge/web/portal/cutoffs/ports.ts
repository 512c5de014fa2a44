// What the pages about ways to log in that end need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type { Browser } from '../../../../core/journey/index.ts';
import type { OwnApplication } from '../../../../core/policy/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';

/** A way in of somebody's own that ends within a month at an application where they use it. */
export interface EndingWay {
  readonly application: string;
  readonly provider: string;
  readonly from: EpochMs;
}

export interface CutoffDesk {
  /** The applications that are open to this person, and how they are to log in there from this device. */
  howTo(person: string, browser: Browser): Promise<readonly OwnApplication[]>;
  /** What this session or the logins of the last months rest on, and ends within a month. */
  ending(session: Session, browser: Browser): Promise<readonly EndingWay[]>;
}
