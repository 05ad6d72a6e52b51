import type { Faults } from './faults';
import type { Script } from './script';
import { checkClips } from './script';

/** How a simulated model is started. */
export interface ModelOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** PEM key and certificate; with them the server speaks wss. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The only key that is accepted; any where absent. */
  readonly apiKey?: string;
  /** What it says; the receptionist where absent. */
  readonly script?: Script;
  /** Says back each turn of the user byte for byte; the script, if one is given, only greets. */
  readonly parrot?: boolean;
  /** A parrot that says back every byte since its last answer, not the turn alone. */
  readonly parrotWhole?: boolean;
  /** Delay from `response.created` to the first audio; default 150 ms. */
  readonly firstAudioMs?: number;
  /** Audio in one delta, 20..400 ms; default 200 ms. */
  readonly deltaMs?: number;
  /** How much faster than real time audio is sent; default 4. Infinity sends all at once. */
  readonly audioRate?: number;
  /** Delay from the end of a turn to its transcription; default 50 ms. */
  readonly transcriptionMs?: number;
  /** False keeps no audio and no list of appends, for long runs with many sessions; default true. */
  readonly keepAudio?: boolean;
  /** What goes wrong in each session. */
  readonly faults?: Faults;
}

/** Options with nothing left out. */
export type ResolvedOptions = Required<Omit<ModelOptions, 'tls' | 'apiKey' | 'script' | 'faults'>> &
  Pick<ModelOptions, 'tls' | 'apiKey' | 'script'>;

/** Fills in the defaults. Throws when a number is out of its range, or a clip unknown. */
export function resolveOptions(options: ModelOptions): ResolvedOptions {
  const { tls, apiKey, script, deltaMs = 200, audioRate = 4 } = options;
  if (!(deltaMs >= 20 && deltaMs <= 400)) throw new RangeError('deltaMs must be 20..400');
  if (!(audioRate > 0)) throw new RangeError('audioRate must be over 0');
  if (script) checkClips(script);
  const parrotWhole = options.parrotWhole ?? false;
  return {
    ...{ tls, apiKey, script, deltaMs, audioRate, parrotWhole },
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    parrot: options.parrot ?? parrotWhole,
    firstAudioMs: options.firstAudioMs ?? 150,
    transcriptionMs: options.transcriptionMs ?? 50,
    keepAudio: options.keepAudio ?? true,
  };
}
