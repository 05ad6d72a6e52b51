import { LATE_MS, VERY_LATE_MS } from './call/frame-lateness';
import { LatencyHistogram } from './load/latency-histogram';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 10];

/** The measurements of one bridge, with a registry of their own. */
export type Metrics = ReturnType<typeof createMetrics>;

/** The two sides of a call. */
type Leg = 'model' | 'twilio';
const LEGS: readonly Leg[] = ['model', 'twilio'];

/** What is asked of the bridge at each scrape. */
export interface MeasuredBridge {
  readonly calls: number;
  /** How much of the event loop's last second was work, 0 to 1. */
  readonly busyShare: number;
  /** From one turn of the event loop to the next, in milliseconds; 0 where it is not paced. */
  readonly paceMs: number;
  /** Of each call. */
  readonly queuedBytes: readonly Readonly<Record<Leg, number>>[];
  /** Calls whose records wait to be written. */
  readonly waitingRecords: number;
  /** By endpoint: whether calls are kept away from it, since it is down. */
  readonly modelsDown: Readonly<Record<string, boolean>>;
}

/** Makes the measurements. */
export function createMetrics(readBridge: () => MeasuredBridge) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: (bridge: MeasuredBridge) => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read(readBridge()));
      },
    });
  gauge('bridge_calls', 'Calls that are admitted or streaming', ({ calls }) => calls);
  gauge('bridge_busy_ratio', 'Work in the last second of the event loop', (at) => at.busyShare);
  gauge(
    'bridge_loop_pace_seconds',
    'From one turn of the event loop to the next; 0 where it is not paced',
    (at) => at.paceMs / 1_000,
  );
  gauge(
    'bridge_records_waiting',
    'Calls whose records wait to be written',
    (at) => at.waitingRecords,
  );
  new Gauge({
    name: 'bridge_queued_bytes',
    help: 'Bytes that the other side of a leg has not taken yet, of all calls',
    labelNames: ['leg'],
    registers,
    collect() {
      const { queuedBytes } = readBridge();
      for (const leg of LEGS)
        this.set(
          { leg },
          queuedBytes.reduce((sum, call) => sum + call[leg], 0),
        );
    },
  });
  new Histogram({
    name: 'bridge_call_queued_bytes',
    help: 'Bytes that the other side of a leg has not taken yet, of each call: one look at each scrape',
    labelNames: ['leg'],
    buckets: [0, 1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000, 4_000_000],
    registers,
    collect() {
      for (const call of readBridge().queuedBytes)
        for (const leg of LEGS) this.observe({ leg }, call[leg]);
    },
  });
  new Gauge({
    name: 'bridge_model_down',
    help: '1 where so many calls lost the model that no more are admitted to it, by endpoint',
    labelNames: ['endpoint'],
    registers,
    collect() {
      for (const [endpoint, isDown] of Object.entries(readBridge().modelsDown))
        this.set({ endpoint }, isDown ? 1 : 0);
    },
  });
  const audio = createAudioTally(registers);
  const callerFrameLate = new LatencyHistogram({
    name: 'bridge_caller_frame_late_seconds',
    help: 'How much later than the soonest of its call a frame of a caller was read: the network, and the wait for a turn of the event loop',
    boundsMs: [1, 2, 5, 10, 20, 40, 80, 160, 320, 1_000],
    registers,
  });
  return {
    registry,
    /** Added to with every frame, so these are plain numbers. */
    audio,
    /** Notes how late a frame of the caller came. */
    noteLateness: (lateMs: number): void => {
      callerFrameLate.note(lateMs);
      if (lateMs < LATE_MS) return;
      audio.lateFrames += 1;
      if (lateMs >= VERY_LATE_MS) audio.veryLateFrames += 1;
    },
    loopLagS: new Histogram({
      name: 'bridge_loop_lag_seconds',
      help: 'How late the event loop is, looked at 50 times a second',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1],
      registers,
    }),
    callerAudioHeld: new LatencyHistogram({
      name: 'bridge_caller_audio_held_seconds',
      help: 'How long the audio of callers waits in the bridge for its write to the model, a write each',
      boundsMs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 40, 80],
      registers,
    }),
    admitted: new Counter({
      name: 'bridge_calls_admitted_total',
      help: 'Calls admitted',
      registers,
    }),
    resumed: new Counter({
      name: 'bridge_calls_resumed_total',
      help: 'Calls gone on with after their stream broke or their bridge fell, by why',
      labelNames: ['why'],
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
    modelLost: new Counter({
      name: 'bridge_model_sessions_lost_total',
      help: 'Model sessions that were lost or could not be had, by error code',
      labelNames: ['code'],
      registers,
    }),
    modelReplaced: new Counter({
      name: 'bridge_model_sessions_replaced_total',
      help: 'Model sessions that took the place of another in a call, by why',
      labelNames: ['why'],
      registers,
    }),
    modelReplacedS: new Histogram({
      name: 'bridge_model_replaced_seconds',
      help: 'How long a call was without a model until another session was ready',
      buckets: SECONDS,
      registers,
    }),
    callerAudioDropped: new Counter({
      name: 'bridge_caller_audio_dropped_bytes_total',
      help: 'Caller audio of the time without a model that was too much to keep',
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
    deliveriesLost: new Counter({
      name: 'bridge_record_deliveries_lost_total',
      help: 'Call records that RECORD_WEBHOOK_URL never got',
      registers,
    }),
    recordsLost: new Counter({
      name: 'bridge_records_lost_total',
      help: 'Record writes that were given up, since the queue was full or the process ended',
      registers,
    }),
  };
}

/** What is counted with every frame; a scrape reads it. */
export interface AudioTally {
  callerBytes: number;
  agentBytes: number;
  lateFrames: number;
  veryLateFrames: number;
}

function createAudioTally(registers: Registry[]): AudioTally {
  const tally: AudioTally = { callerBytes: 0, agentBytes: 0, lateFrames: 0, veryLateFrames: 0 };
  const counter = (name: string, help: string, read: keyof AudioTally) =>
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(tally[read]);
      },
    });
  counter(
    'bridge_caller_audio_bytes_total',
    'Caller audio passed to the model, in mu-law bytes',
    'callerBytes',
  );
  counter(
    'bridge_agent_audio_bytes_total',
    'Agent audio passed to Twilio, in mu-law bytes',
    'agentBytes',
  );
  counter(
    'bridge_caller_frames_late_total',
    `Frames of callers that came ${LATE_MS} ms late or more`,
    'lateFrames',
  );
  counter(
    'bridge_caller_frames_very_late_total',
    `Frames of callers that came ${VERY_LATE_MS} ms late or more`,
    'veryLateFrames',
  );
  return tally;
}
