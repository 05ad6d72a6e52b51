import { setTimeout as sleep } from 'node:timers/promises';
import type { PartName, Stage } from './stage';

/** One fault, and what callers may notice of it. */
export interface Scenario {
  readonly name: string;
  /** What happens, as the title of its table. */
  readonly title: string;
  /** How long it lasts; 0 is a moment. */
  readonly seconds: number;
  /** The longest that the product is made for. */
  readonly mostSeconds: number;
  /** When it comes: with the agent in talk with all callers, or as their calls begin. */
  readonly when: 'in-talk' | 'at-the-beginning';
  /** True where callers ring again as long as the fault lasts: it may outlast a call. */
  readonly underLoad: boolean;
  /** True where callers can hear that something is wrong: they then wait before they go on. */
  readonly isHeard: boolean;
  /** True where it wants Redis. */
  readonly needsRedis: boolean;
  /** How long a caller may hear nobody. */
  readonly mostSilentMs: (seconds: number) => number;
  /** Makes the fault, lets it last, and takes it back. */
  readonly act: (stage: Stage, ms: number) => Promise<void>;
}

/** Without a fault an answer takes 700 ms; who loses the model is to hear the agent 2 s later. */
const SILENT_MS = 3_000;
/** As long as it takes to start a part on a machine with other work. */
const START_MS = 4_000;
/** Until Twilio has the next document and stream, and the agent has found its word. */
const RETURN_MS = 3_000;

const frozen = (seconds: number) => SILENT_MS + seconds * 1_000;

function describe(
  name: string,
  title: string,
  seconds: number,
  act: Scenario['act'],
  more: Partial<Scenario> = {},
): Scenario {
  return {
    ...{ name, title, seconds, act, mostSeconds: seconds === 0 ? 0 : 5 },
    ...{ when: 'in-talk', underLoad: false, needsRedis: false, isHeard: false },
    mostSilentMs: () => SILENT_MS,
    ...more,
  };
}

/** Stops a process where it stands; its sockets stay open. */
const freeze = (name: PartName): Scenario['act'] => {
  return async (stage, ms) => {
    stage.part(name).kill('SIGSTOP');
    await sleep(ms);
    stage.part(name).kill('SIGCONT');
  };
};

const kill = (name: PartName): Scenario['act'] => {
  return async (stage, ms) => {
    stage.part(name).kill('SIGKILL');
    await stage.part(name).ended;
    await sleep(ms);
    await stage.restart(name);
  };
};

const onWire = (wire: keyof Stage['wires'], how: 'pause' | 'refuse'): Scenario['act'] => {
  return async ({ wires }, ms) => {
    wires[wire][how]();
    if (how === 'refuse') wires[wire].reset();
    await sleep(ms);
    wires[wire].mend();
  };
};

const slow = (wire: keyof Stage['wires'], delayMs: number): Scenario['act'] => {
  return async ({ wires }, ms) => {
    wires[wire].delay(delayMs);
    await sleep(ms);
    wires[wire].mend();
  };
};

const reset = (wire: keyof Stage['wires']): Scenario['act'] => {
  return ({ wires }) => {
    wires[wire].reset();
    return Promise.resolve();
  };
};

/** The line breaks, and the Functions stand still when Twilio comes to ask what is next. */
const resetUnheard: Scenario['act'] = async (stage, ms) => {
  stage.part('functions').kill('SIGSTOP');
  stage.wires.line.reset();
  await sleep(ms);
  stage.part('functions').kill('SIGCONT');
};

const underLoad = { underLoad: true, needsRedis: true, mostSeconds: 600 } as const;

/** Every fault that is tried. A name begins with the part that it is done to. */
export const SCENARIOS: readonly Scenario[] = [
  describe('model-reset', 'every connection to the model breaks', 0, reset('model')),
  describe('model-refused', 'the model breaks off and takes nobody', 2, onWire('model', 'refuse'), {
    isHeard: true,
    mostSilentMs: frozen,
  }),
  describe('model-paused', 'the model stands still', 2, freeze('model'), {
    isHeard: true,
    mostSilentMs: frozen,
  }),
  describe('model-slow', 'the way to the model takes 300 ms more', 5, slow('model', 300), {
    mostSeconds: 600,
  }),
  describe('model-killed', 'the model is killed, and started again', 0, kill('model'), {
    isHeard: true,
    mostSilentMs: () => SILENT_MS + START_MS,
  }),
  describe('bridge-paused', 'the bridge stands still', 2, freeze('bridge'), {
    isHeard: true,
    mostSilentMs: frozen,
  }),
  describe('line-reset', 'Twilio’s sockets break', 0, reset('line'), {
    mostSilentMs: () => SILENT_MS + RETURN_MS,
  }),
  describe(
    'line-paused',
    'nothing comes through between Twilio and bridge',
    2,
    onWire('line', 'pause'),
    {
      isHeard: true,
      mostSilentMs: frozen,
    },
  ),
  describe(
    'line-slow',
    'the way between Twilio and bridge takes 200 ms more',
    5,
    slow('line', 200),
    {
      mostSeconds: 600,
    },
  ),
  describe('functions-killed', 'the Functions are killed, and started again', 0, kill('functions')),
  describe('functions-slow', 'the Functions stand still as calls begin', 2, freeze('functions'), {
    when: 'at-the-beginning',
    mostSilentMs: frozen,
  }),
  describe(
    'functions-unheard',
    'Twilio’s sockets break while the Functions stand still',
    2,
    resetUnheard,
    {
      mostSilentMs: (seconds) => frozen(seconds) + RETURN_MS,
    },
  ),
  describe(
    'store-paused',
    'Redis stands still',
    5,
    async ({ redis }, ms) => {
      redis?.pause();
      await sleep(ms);
      redis?.goOn();
    },
    underLoad,
  ),
  describe(
    'store-killed',
    'Redis is stopped, and started again',
    5,
    async ({ redis }, ms) => {
      await redis?.stop();
      await sleep(ms);
      await redis?.start();
    },
    underLoad,
  ),
];
