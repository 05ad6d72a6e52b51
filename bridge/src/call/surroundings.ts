import type { Config } from '../config';
import type { LastErrors } from '../diagnostics/last-errors';
import type { LastModel } from '../diagnostics/last-model';
import type { LoopLoad } from '../load/loop-load';
import type { Metrics } from '../metrics';
import type { Endpoint } from '../model/provider';
import type { Outbox } from '../model/socket/outbox';
import type { Recordings } from '../recording/recordings';
import type { AudioLog } from './audio-log';
import type { WaitClips } from './wait-clips';

/** What every call of a bridge shares. */
export interface CallSurroundings {
  readonly config: Config;
  /** Where models are, in the order in which they are tried. */
  readonly endpoints: readonly Endpoint[];
  readonly waitClips: WaitClips;
  readonly metrics: Metrics;
  /** Where recordings go; undefined where nothing is recorded. */
  readonly recordings: Recordings | undefined;
  readonly lastErrors: LastErrors;
  readonly lastModel: LastModel;
  readonly load: Pick<LoopLoad, 'isOverloaded' | 'lagMs' | 'busyShare'>;
  readonly outbox: Outbox;
  readonly audioLog: AudioLog;
}
