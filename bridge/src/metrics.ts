import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 10];

/** The measurements of one bridge, with a registry of their own. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the measurements. `readLiveCalls` is asked at each scrape. */
export function createMetrics(readLiveCalls: () => number) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'bridge_calls',
    help: 'Calls that are admitted or streaming',
    registers,
    collect() {
      this.set(readLiveCalls());
    },
  });
  return {
    registry,
    admitted: new Counter({
      name: 'bridge_calls_admitted_total',
      help: 'Calls admitted',
      registers,
    }),
    refused: new Counter({
      name: 'bridge_refusals_total',
      help: 'Requests, upgrades and admissions refused, by error code',
      labelNames: ['code'],
      registers,
    }),
    arrived: new Counter({
      name: 'bridge_streams_arrived_total',
      help: 'Streams of admitted calls that Twilio opened',
      registers,
    }),
    notArrived: new Counter({
      name: 'bridge_streams_not_arrived_total',
      help: 'Admitted calls whose stream had not come after STREAM_ARRIVAL_S',
      registers,
    }),
    ended: new Counter({
      name: 'bridge_calls_ended_total',
      help: 'Calls ended, by who ended them and the error code, if any',
      labelNames: ['by', 'code'],
      registers,
    }),
    callerBytes: new Counter({
      name: 'bridge_caller_audio_bytes_total',
      help: 'Caller audio passed to the model, in mu-law bytes',
      registers,
    }),
    agentBytes: new Counter({
      name: 'bridge_agent_audio_bytes_total',
      help: 'Agent audio passed to Twilio, in mu-law bytes',
      registers,
    }),
    bargeIns: new Counter({
      name: 'bridge_barge_ins_total',
      help: 'Times a caller cut the agent short',
      registers,
    }),
    lateDeltas: new Counter({
      name: 'bridge_late_deltas_total',
      help: 'Audio deltas of a cut response, dropped',
      registers,
    }),
    modelErrors: new Counter({
      name: 'bridge_model_errors_total',
      help: 'Errors that the model reported and went on, by its code',
      labelNames: ['code'],
      registers,
    }),
    modelReadyS: new Histogram({
      name: 'bridge_model_ready_seconds',
      help: 'From opening the session to session.updated',
      buckets: SECONDS,
      registers,
    }),
    firstAgentAudioS: new Histogram({
      name: 'bridge_first_agent_audio_seconds',
      help: 'From the start of the stream to the first agent audio',
      buckets: SECONDS,
      registers,
    }),
    recordingsFailed: new Counter({
      name: 'bridge_recordings_failed_total',
      help: 'Recordings that could not be written to their end',
      registers,
    }),
    recordsLost: new Counter({
      name: 'bridge_records_lost_total',
      help: 'Record writes that failed',
      registers,
    }),
  };
}
