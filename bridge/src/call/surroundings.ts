import type { Outbox } from '../model/socket/outbox';
import type { Config } from '../config';
import type { LastErrors } from '../diagnostics/last-errors';
import type { LastModel } from '../diagnostics/last-model';
import type { LoopLoad } from '../load/loop-load';
import type { Metrics } from '../metrics';
import type { Provider } from '../model/provider';
import type { Recordings } from '../recording/recordings';

/** What every call of a bridge shares. */
export interface CallSurroundings {
  readonly config: Config;
  readonly provider: Provider;
  readonly metrics: Metrics;
  /** Where recordings go; undefined where nothing is recorded. */
  readonly recordings: Recordings | undefined;
  readonly lastErrors: LastErrors;
  readonly lastModel: LastModel;
  readonly load: Pick<LoopLoad, 'isOverloaded' | 'lagMs'>;
  readonly outbox: Outbox;
}
