import { setTimeout as sleep } from 'node:timers/promises';
import { agentSpeaks, hangUp, hearOut, heardAndSaid, worstOffMs } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const DELTA_MS = 100;

jest.setTimeout(60_000);

describe('Audio that still comes of a response that was cut', () => {
  let line: Line;

  beforeAll(async () => {
    const script = {
      greeting: { text: 'Hello.' },
      replies: [{ text: 'We have a table for four at seven, by the window, if you like.' }],
    };
    line = await openLine(`greeting: Hello.\n${BRISK}`, {
      ...{ script, deltaMs: DELTA_MS },
      audioRate: 1.5,
    });
    line.model.setFaults(() => ({ lateDeltas: 6 }));
  });
  afterAll(() => line.close());

  it('is dropped: the caller hears the next reply and nothing before it', async () => {
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    await agentSpeaks(call.phone);
    await sleep(500);
    await call.phone.say(speech(160));
    await hearOut(call.phone);
    const { heard, said } = heardAndSaid(call);
    const next = call.session.record.spoken.at(-1)?.audio ?? Buffer.alloc(0);
    expect(heard.subarray(-next.length)).toEqual(next);
    expect(heard.length).toBeLessThan(said.length - 5 * DELTA_MS * 8);
    const { accounts } = await hangUp(call, DELTA_MS);
    expect(worstOffMs(accounts)).toBeLessThanOrEqual(40 + line.stalledMs);
    expect(call.session.record.errors).toEqual([]);
    const metrics = await (await fetch(`${line.bridge.url}/metrics`)).text();
    expect(Number(/^bridge_late_deltas_total (\d+)/m.exec(metrics)?.[1])).toBe(6);
  });
});
