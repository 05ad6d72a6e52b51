import { join } from 'node:path';
import { KINDS } from '../attack';
import { runFrames } from '../run-frames';
import { runHostile } from '../run-hostile';

const dist = join(__dirname, '../../dist');
const places = {
  main: join(dist, 'bridge/main.js'),
  agents: join(dist, 'bridge/agents'),
  attacker: join(dist, 'commands/fuzz.js'),
};
const quiet = () => undefined;
jest.setTimeout(90_000);

describe('The built bridge', () => {
  it('stands fuzzed frames of both sides', async () => {
    const report = await runFrames(4_000, 7, places, quiet);
    expect(report.faults).toEqual([]);
    expect(report.twilioFrames + report.modelFrames).toBe(4_000);
  });

  it('stands hostile connections beside calls in progress, and nothing of them reaches a model', async () => {
    const brief = { quietMs: 500, afterwardsMs: 500 };
    const report = await runHostile(10 * KINDS.length, 3, 1, places, quiet, brief);
    expect(report.faults).toEqual([]);
    expect(Object.keys(report.ends).sort()).toEqual([...KINDS].sort());
    const allEnds = (kind: string) => Object.keys(report.ends[kind] ?? {});
    // On a busy machine the frames of a stranger, who has a low priority, may come too late.
    const ends = (kind: string) => allEnds(kind).filter((end) => end !== '1008 start_late');
    expect(ends('no signature')).toEqual(['HTTP 403']);
    expect(ends('wrong token')).toEqual(['1008 token_invalid']);
    expect(ends('token that was used')).toEqual(['HTTP 403']);
    expect(allEnds('slow start')).toEqual(['1008 start_late']);
    expect(ends('oversize').sort()).toEqual(['1006 ', '1009 frame_too_large']);
    expect(ends('half-open')).toEqual(['cut']);
    for (const { frames } of report.lateness) expect(frames).toBeGreaterThan(0);
  });
});
