import type { CodedError } from '@realtime-phone/protocol/errors';
import type { Logger } from 'pino';
import { type Config, ConfigError } from '../config';
import type { LastErrors } from '../diagnostics/last-errors';
import type { Metrics } from '../metrics';
import type { CallStore } from './call-store';
import { openBase } from './open-base';
import { QueuedStore } from './queued-store';
import type { RecordBase } from './record-base';
import { Retention } from './retention';
import { Deliveries } from './webhook/deliveries';

/** Twilio's last status comes within a second or two of the end. */
const DELIVERY_GRACE_MS = 3_000;
const DELIVERY_RETRY_MS = 1_000;

/** What of a bridge takes care of its records. */
export interface Records {
  readonly store: CallStore;
  close(): Promise<void>;
}

/**
 * Opens the records of a bridge.
 * @throws ConfigError where CALL_STORE is a file that cannot be opened.
 */
export async function openRecords(
  config: Config,
  log: Logger,
  metrics: Metrics,
  lastErrors: LastErrors,
): Promise<Records> {
  const base = await openConfigured(config.CALL_STORE);
  const tell = (fault: CodedError) => {
    lastErrors.noteFault(fault);
    const { code, detail } = fault;
    log.error({ code, detail, remedy: fault.fault.remedy }, fault.fault.message);
  };
  const { RECORD_WEBHOOK_URL: url, RECORD_WEBHOOK_SECRET: secret } = config;
  const receiver = url === undefined || secret === undefined ? undefined : { url, secret };
  const store = new QueuedStore(
    base,
    { maxWaiting: config.MAX_WAITING_RECORDS, delivers: receiver !== undefined },
    {
      onLost: () => metrics.recordsLost.inc(),
      onFault: tell,
      onWell: (lost) => log.info({ lost }, 'call records are written again'),
      onDue: () => deliveries?.look(),
    },
  );
  const deliveries =
    receiver &&
    new Deliveries(
      base,
      receiver,
      {
        maxWaiting: config.MAX_WAITING_DELIVERIES,
        graceMs: DELIVERY_GRACE_MS,
        firstRetryMs: DELIVERY_RETRY_MS,
      },
      {
        onLost: () => metrics.deliveriesLost.inc(),
        onFault: tell,
        onWell: () => log.info('call records are delivered again'),
      },
    );
  const { RECORDS_DAYS, RECORDINGS_FOLDER } = config;
  const retention = new Retention(base, RECORDS_DAYS, RECORDINGS_FOLDER, log);
  return {
    store,
    close: async () => {
      retention.stop();
      await deliveries?.stop();
      await store.close();
    },
  };
}

async function openConfigured(place: string): Promise<RecordBase> {
  try {
    return await openBase(place);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `CALL_STORE cannot be opened: ${why}. Name a file that the bridge’s own user may write`,
    ]);
  }
}
