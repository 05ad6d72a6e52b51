import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line that a part wrote: read as JSON where it is, else with the text alone. */
export interface PartLine {
  readonly part: string;
  readonly atUnixMs: number;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One of the processes that `npm start` runs. */
export interface Part {
  readonly name: string;
  /** Resolves with the exit code or signal, whenever that is. */
  readonly ended: Promise<number | string>;
  /** Resolves when it has written the line that it listens; rejects if it ends before. */
  readonly listening: Promise<void>;
  on(listener: (line: PartLine) => void): void;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end, then insists. Resolves when it has. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 3_000;
const KEPT_ERROR_CHARACTERS = 4_000;

/**
 * Starts a part as a process of its own.
 * @param listeningMsg the text that its `listening` line begins with.
 */
export function startPart(
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  listeningMsg: string,
): Part {
  const child = spawn(process.execPath, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const listeners = new Set<(line: PartLine) => void>();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-KEPT_ERROR_CHARACTERS);
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'an unknown end'));
  });
  const listening = new Promise<void>((resolve, reject) => {
    listeners.add(({ text }) => {
      if (text.startsWith(listeningMsg)) resolve();
    });
    void ended.then((how) =>
      reject(new Error(`the ${name} ended with ${how} at its start:\n${errors.trim()}`)),
    );
  });
  listening.catch(() => undefined); // whoever waits for it hears of it
  createInterface({ input: child.stdout }).on('line', (line) => {
    const read = readLine(name, line);
    for (const listener of listeners) listener(read);
  });
  return {
    name,
    ended,
    listening,
    on: (listener) => void listeners.add(listener),
    kill: (signal) => void child.kill(signal),
    stop: () => stop(child, ended),
  };
}

function readLine(part: string, line: string): PartLine {
  let fields: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) fields = value as Record<string, unknown>; // from JSON
  } catch {
    // A line that is not JSON stands for itself.
  }
  const text = typeof fields.msg === 'string' ? fields.msg : line;
  const atUnixMs = typeof fields.time === 'number' ? fields.time : Date.now();
  return { part, atUnixMs, text, fields };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // The second SIGTERM forces a bridge that still drains; nobody outlives the third.
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
    child.kill(signal);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, 'late').unref());
    if ((await Promise.race([ended, late])) !== 'late') return;
  }
}
