import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { AttackPlan, AttackReport } from './attack';
import { readResidentMib, startBridgeProcess } from './bridge';
import { type Lateness, startCalls } from './calls-in-progress';
import { startCountingModel } from './model';

const VICTIMS = 40;
const AT_ONCE = 200;
/** Of the connections: so many go ahead unmeasured, since the first of a kind make the heap grow. */
const WARM_UP_SHARE = 0.1;
const MEMORY_SLACK_MIB = 40;
/** After the attack idle sockets run into their time-outs, and the heap is collected. */
const AFTERWARDS_MS = 15_000;
const QUIET_MS = 10_000;

/** What a run of hostile connections came to. */
export interface HostileReport {
  readonly connections: number;
  readonly tookS: number;
  readonly ends: AttackReport;
  /** The calls in progress: before the attack, in it, after it. */
  readonly lateness: readonly Lateness[];
  /** MiB: before, at once after, and when all was over. */
  readonly residentMib: readonly number[];
  readonly faults: readonly string[];
}

/**
 * Sends strangers of all kinds to a built bridge beside calls in progress. What is held: not one
 * byte of theirs at the model, every call there at the end, memory back where it was.
 * @param attacker the command that `--attack` is an option of.
 */
export async function runHostile(
  connections: number,
  callCount: number,
  seed: number,
  { main, attacker }: { readonly main: string; readonly attacker: string },
  print: (line: string) => void,
  { quietMs = QUIET_MS, afterwardsMs = AFTERWARDS_MS } = {},
): Promise<HostileReport> {
  const model = await startCountingModel();
  const bridge = await startBridgeProcess(main, model.url, {
    ADMISSION_S: '3600',
    STREAM_ARRIVAL_S: '3600',
    MODEL_AUDIO_MS: '3600000',
    MAX_PENDING_SOCKETS: '128',
    MAX_PENDING_SOCKETS_PER_ADDRESS: '64',
  });
  const faults: string[] = [];
  const lateness: Lateness[] = [];
  const residentMib: number[] = [];
  try {
    const calls = await startCalls(bridge, model, callCount);
    const victims = await Promise.all(
      Array.from({ length: VICTIMS }, (_, at) => bridge.admit(`CAvictim${at}`)),
    );
    const [inProgress] = calls.tickets;
    if (inProgress === undefined) throw new Error('there is no call in progress');
    const plan = {
      ...{ port: bridge.port, authToken: bridge.secrets.authToken, seed, victims, inProgress },
      atOnce: AT_ONCE,
    };
    print(`${callCount} calls in progress`);
    await send({ ...plan, connections: Math.ceil(connections * WARM_UP_SHARE) }, attacker);
    calls.takeLateness();
    await wait(quietMs);
    lateness.push(calls.takeLateness());
    residentMib.push(await readResidentMib(bridge));
    print('undisturbed calls are measured; the strangers come');
    const begunAtMs = performance.now();
    const ends = await send({ ...plan, connections }, attacker);
    const tookS = Math.round((performance.now() - begunAtMs) / 1_000);
    lateness.push(calls.takeLateness());
    residentMib.push(await readResidentMib(bridge));
    print('the strangers are gone');
    await wait(afterwardsMs);
    lateness.push(calls.takeLateness());
    residentMib.push(await readResidentMib(bridge));
    if (calls.strange() > 0) faults.push(`${calls.strange()} payloads of strangers at the model`);
    if (calls.alive() < callCount) faults.push(`${callCount - calls.alive()} calls were cut`);
    const [before = 0, , after = 0] = residentMib;
    if (after - before > MEMORY_SLACK_MIB) faults.push(`memory grew: ${residentMib.join(', ')}`);
    await calls.stop();
    return { connections, tookS, ends, lateness, residentMib, faults };
  } finally {
    await bridge.stop();
    model.close();
  }
}

/** Has a process of its own send the connections. */
async function send(plan: AttackPlan, attacker: string): Promise<AttackReport> {
  const child = spawn(process.execPath, [attacker, '--attack', JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', kill);
  return JSON.parse(said) as AttackReport; // from this very program
}
