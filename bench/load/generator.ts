import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pinTo } from '../machine';
import type { Histogram } from '../statistics';

/** What a phone needs to open its stream. */
export interface AdmittedCall {
  readonly path: string;
  readonly host: string;
  readonly signature: string;
  readonly callSid: string;
  readonly streamSid: string;
  readonly token: string;
}

/** What the generator counted in the measured time. */
export interface Counted {
  /** Frames of callers, and how many of them arrived whole and in order. */
  readonly frames: number;
  readonly framesArrived: number;
  readonly deltas: number;
  readonly deltasArrived: number;
  readonly marks: number;
  readonly clears: number;
  /** Added latency from the phone to the model, and back. */
  readonly up: Histogram;
  readonly down: Histogram;
  /** How late its own timers were. */
  readonly late: Histogram;
}

/** The load: phones and model, one process. */
export interface Generator {
  /** Where the model listens. */
  readonly port: number;
  /** Resolves at the begin of the measured time. */
  readonly measuring: Promise<void>;
  /** Resolves at its end, with the processor time that the generator took, in milliseconds. */
  readonly measured: Promise<number>;
  readonly counted: Promise<Counted>;
  run(what: {
    readonly port: number;
    readonly isRelay: boolean;
    readonly calls: readonly AdmittedCall[];
    /** How many calls there may be with those that are added. */
    readonly room?: number;
    readonly warmMs: number;
    readonly measuredMs: number;
    /** After each so much of the measured time `onPart` is told what has been counted so far. */
    readonly partMs?: number;
    readonly onPart?: (counted: Counted) => void;
  }): void;
  /** Has calls begin while the others go on. */
  add(calls: readonly AdmittedCall[]): void;
  /** Resolves when it has ended by itself, or was ended. */
  stop(): Promise<void>;
}

interface Said {
  readonly event: string;
  readonly port?: number;
  readonly ms?: number;
  readonly what?: string;
}

const END_MS = 2_000;

/**
 * Starts the generator; its model listens when this resolves.
 * @param tls the PEM files of its certificate and key, for the model leg.
 * @throws Error with what failed: a byte that is lost, a stream that is refused.
 */
export async function startGenerator(
  program: string,
  core: number | undefined,
  tls?: { readonly certPath: string; readonly keyPath: string },
): Promise<Generator> {
  const args = tls === undefined ? [] : [tls.certPath, tls.keyPath];
  const [command = '', ...rest] = pinTo(core, [program, ...args]);
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined); // it has ended, which is reported below
  const listeners = new Map<string, (said: Said) => void>();
  let failed = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Said; // each line of the generator is one
    if (said.event === 'failed') failed = said.what ?? '';
    listeners.get(said.event)?.(said);
  });
  const hear = async <T>(event: string, read: (said: Said) => T): Promise<T> => {
    const heard = new Promise<T>((resolve) => {
      listeners.set(event, (said) => resolve(read(said)));
    });
    const over = ended.then(() => {
      throw new Error(failed === '' ? `the generator ended before it was “${event}”` : failed);
    });
    return Promise.race([heard, over]);
  };
  const generator = {
    measuring: hear('measuring', () => undefined),
    measured: hear('measured', ({ ms }) => ms ?? 0),
    counted: hear('result', (said) => said as unknown as Counted), // its line has just these fields
  };
  for (const promise of Object.values(generator)) promise.catch(() => undefined); // heard by whoever waits
  const port = await hear('listening', (said) => said.port ?? 0);
  return {
    ...generator,
    port,
    run: (what) => {
      listeners.set('part', (said) => what.onPart?.(said as unknown as Counted)); // as the result
      const lines = [
        `target ${what.port}`,
        ...(what.isRelay ? ['relay'] : []),
        ...(what.room === undefined ? [] : [`room ${what.room}`]),
        ...what.calls.map(describeCall),
        `run ${what.warmMs} ${what.measuredMs} ${what.partMs ?? 0}`,
      ];
      child.stdin.write(`${lines.join('\n')}\n`);
    },
    add: (calls) => {
      for (const call of calls) child.stdin.write(`${describeCall(call)}\n`);
    },
    stop: async () => {
      child.stdin.end(); // it ends with its input, if not by itself
      const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

function describeCall(call: AdmittedCall): string {
  const { path, host, signature, callSid, streamSid, token } = call;
  return `call ${path} ${host} ${signature} ${callSid} ${streamSid} ${token}`;
}
