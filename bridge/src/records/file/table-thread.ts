import { Worker } from 'node:worker_threads';
import { openTables, type TableQuestion } from './tables';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Of 19 at most. */
const YIELDING = 15;

/**
 * The program of the thread. It is made from the text of a function, and not a file of its own, so
 * that it is there wherever the bridge is bundled or run from its source. Where there is one core for
 * all, its writes must not hold up audio: on Linux a priority is that of a thread alone.
 * A sandbox may forbid it; then it is as loud as the others.
 * Source: https://man7.org/linux/man-pages/man2/setpriority.2.html#NOTES
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
if (process.platform === 'linux') try { require('node:os').setPriority(0, ${YIELDING}); } catch {}
const openTables = ${openTables.toString()};
const Driver = require(workerData.driver);
let tables;
parentPort.on('message', ({ id, question }) => {
  try {
    tables ??= openTables(Driver, workerData.path);
    const value = tables(question);
    parentPort.postMessage({ id, value });
    if (question.ask === 'close') parentPort.close();
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message || error) });
  }
});`;

/** The tables in a thread of their own: a slow disk stops them and not the calls. */
export class TableThread {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;

  constructor(path: string) {
    this.#path = path;
  }

  /** Asks the tables; answers come in the order of the questions. Rejected with what the driver says. */
  ask(question: TableQuestion): Promise<unknown> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, question });
    });
  }

  #start(): Worker {
    const driver = require.resolve('libsql');
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { driver, path: this.#path },
      // It only passes text on; without this its heap would grow by 30 MB.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    worker.on('message', ({ id, value, error }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      // Whoever waits for nothing may end.
      if (this.#waiting.size === 0) worker.unref();
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, new Error('the thread of the records has ended')));
    return worker;
  }

  /** The next question starts another thread. */
  #fail(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting)
      reject(error instanceof Error ? error : new Error(String(error)));
  }
}
