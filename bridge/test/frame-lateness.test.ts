import { FrameLateness } from '../src/call/frame-lateness';
import { createMetrics } from '../src/metrics';

const FRAME_MS = 20;

describe('How late a frame is', () => {
  it('is told against the frame with the shortest way', () => {
    const lateness = new FrameLateness();
    expect(lateness.note(0, 1_000)).toBe(0);
    expect(lateness.note(20, 1_050)).toBeCloseTo(30, 1);
    expect(lateness.note(40, 1_030)).toBe(0);
    expect(lateness.note(60, 1_070)).toBeCloseTo(20, 1);
  });

  it('is not the drift of two clocks, in an hour of a call', () => {
    const lateness = new FrameLateness();
    const drift = 1 + 50e-6;
    let worstMs = 0;
    for (let timestampMs = 0; timestampMs < 3_600_000; timestampMs += FRAME_MS)
      worstMs = Math.max(worstMs, lateness.note(timestampMs, timestampMs * drift));
    expect(worstMs).toBeLessThan(1);
  });

  it('is still told after a second of lateness', () => {
    const lateness = new FrameLateness();
    lateness.note(0, 0);
    let lateMs = 0;
    for (let timestampMs = FRAME_MS; timestampMs <= 1_000; timestampMs += FRAME_MS)
      lateMs = lateness.note(timestampMs, timestampMs + 60);
    expect(lateMs).toBeGreaterThan(59);
  });

  it('is told by a bridge that has been up for so long that its microseconds are over 32 bits', () => {
    const wrapsAtMs = 2 ** 31 / 1_000;
    for (const upMs of [wrapsAtMs, 3 * wrapsAtMs, 100 * 86_400_000]) {
      const lateness = new FrameLateness();
      expect(lateness.note(0, upMs - 10)).toBe(0);
      expect(lateness.note(20, upMs + 40)).toBeCloseTo(30, 1);
      expect(lateness.note(40, upMs + 30)).toBe(0);
    }
  });

  it('stands in a scrape, with those over 20 and over 40 ms', async () => {
    const { noteLateness, registry } = createMetrics(() => ({
      ...{ calls: 1, busyShare: 0, paceMs: 0, waitingRecords: 0 },
      ...{ queuedBytes: [{ model: 0, twilio: 0 }], modelsDown: {} },
    }));
    for (const lateMs of [0, 3, 19, 20, 39, 41, 2_000]) noteLateness(lateMs);
    const scrape = (await registry.metrics()).split('\n');
    for (const line of [
      'bridge_caller_frames_late_total 4',
      'bridge_caller_frames_very_late_total 2',
      'bridge_caller_frame_late_seconds_bucket{le="0.02"} 4',
      'bridge_caller_frame_late_seconds_bucket{le="0.04"} 5',
      'bridge_caller_frame_late_seconds_count 7',
    ])
      expect(scrape).toContain(line);
  });
});
