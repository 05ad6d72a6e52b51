import type { PhoneEvent } from '../phone/phone-event';
import type { PhoneOptions } from '../phone/phone-options';
import {
  BRIDGE,
  call,
  startBridge,
  startWebhooks,
  tone,
  type TakenStream,
} from './phone-stand-ins';

async function converse(
  talk: (stream: TakenStream) => void | Promise<void>,
  options: Partial<PhoneOptions>,
) {
  const functions = await startWebhooks({
    '/voice': `<Connect><Stream url="${BRIDGE}/s"/></Connect>`,
  });
  const bridge = await startBridge(talk);
  const phone = call(functions, bridge, options);
  const events: PhoneEvent[] = [];
  phone.on((event) => events.push(event));
  const report = await phone.finished;
  return { report, events, kinds: events.map(({ kind }) => kind) };
}

/** Waits until the caller has said something that is not silence after frame `from`. */
async function heardSomething(stream: TakenStream, bytes: Buffer): Promise<void> {
  for (let count = stream.all('media').length + 1; !stream.audio().includes(bytes); count += 1) {
    await stream.nth('media', count);
  }
}

describe('the caller', () => {
  it('hears the agent out, then hangs up', async () => {
    const { report, kinds } = await converse(async (stream) => {
      await stream.nth('start');
      stream.media(tone(120));
    }, {});
    expect(report).toMatchObject({ ok: true, endedBy: 'caller' });
    expect(report.stream?.heardMs).toBe(120);
    expect(kinds.indexOf('agent-quiet')).toBeLessThan(kinds.indexOf('caller-hangs-up'));
  });

  it('takes turns with the agent', async () => {
    const clip = tone(60, 5);
    const { report, kinds } = await converse(
      async (stream) => {
        await stream.nth('start');
        stream.media(tone(60));
        await heardSomething(stream, clip);
        stream.media(tone(80));
      },
      {
        script: [
          { wait: 'agent-finished' },
          { say: clip, name: 'hello' },
          { wait: 'agent-finished' },
        ],
      },
    );
    expect(report.stream?.heardMs).toBe(140);
    const order = kinds.filter((kind) =>
      ['agent-speaks', 'agent-quiet', 'caller-speaks', 'caller-hangs-up'].includes(kind),
    );
    expect(order).toEqual([
      'agent-speaks',
      'agent-quiet',
      'caller-speaks',
      'agent-speaks',
      'agent-quiet',
      'caller-hangs-up',
    ]);
  });

  it('can interrupt', async () => {
    const clip = tone(60, 5);
    const { report } = await converse(
      async (stream) => {
        await stream.nth('start');
        stream.media(tone(30_000));
        await heardSomething(stream, clip);
        stream.clear();
        stream.media(tone(40, 2));
      },
      { script: [{ wait: 'agent-speaks' }, { waitMs: 40 }, { say: clip }] },
    );
    const { clears, interruptions, heardMs = 0 } = report.stream ?? {};
    expect(clears).toBe(1);
    expect(interruptions?.[0]?.playedMs).toBeGreaterThan(80);
    expect(heardMs).toBeCloseTo((interruptions?.[0]?.heardMs ?? 0) + 40, 0);
    expect(report.ok).toBe(true);
  });

  it('loses patience with an agent that says nothing', async () => {
    const { report } = await converse(() => undefined, { patienceMs: 100 });
    expect(report.errors).toMatchObject([{ code: 'agent_silent', level: 'error' }]);
    expect(report).toMatchObject({ ok: false, endedBy: 'caller' });
  });

  it('does not mind a silent agent where it may be silent', async () => {
    const { report } = await converse(() => undefined, {
      script: [{ wait: 'agent-finished', patienceMs: 50, maySayNothing: true }, { hangUp: true }],
    });
    expect(report.errors).toEqual([]);
  });

  it('stays until the far end hangs up, if told to', async () => {
    const { report } = await converse(
      async (stream) => {
        await stream.nth('start');
        stream.media(tone(20));
        stream.mark('end');
        await stream.nth('mark');
        await stream.nth('media', 10);
        stream.socket.close(1000);
      },
      { afterScript: 'stay' },
    );
    expect(report).toMatchObject({ ok: true, endedBy: 'far-end' });
  });

  it('hangs up at the limit, whatever happens', async () => {
    const { report } = await converse(() => undefined, { maxMs: 200 });
    expect(report.errors).toMatchObject([{ code: 'call_limit', level: 'error' }]);
    expect(report.endedBy).toBe('caller');
  });

  it('can be driven by hand', async () => {
    const functions = await startWebhooks({
      '/voice': `<Connect><Stream url="${BRIDGE}/s"/></Connect>`,
    });
    const clip = tone(40, 4);
    const bridge = await startBridge(() => undefined);
    const phone = call(functions, bridge, { afterScript: 'stay' });
    phone.on(({ kind }) => {
      if (kind !== 'stream-started') return;
      phone.press('9');
      void phone.say(clip).then(() => phone.hangUp());
    });
    await phone.say(clip); // no stream yet: nobody hears it
    const report = await phone.finished;
    expect(bridge.streams[0]?.audio().includes(clip)).toBe(true);
    expect(report.stream?.digitsSent).toBe('9');
  });

  it('has events in the order of their moments, each with a sentence', async () => {
    const { events } = await converse(async (stream) => {
      await stream.nth('start');
      stream.media(tone(40));
    }, {});
    expect(events[0]?.kind).toBe('call-started');
    expect(events.at(-1)?.kind).toBe('call-ended');
    expect(events.every(({ text, atUnixMs }) => text !== '' && atUnixMs > 1e12)).toBe(true);
  });
});
