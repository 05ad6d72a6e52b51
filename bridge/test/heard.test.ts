import fc from 'fast-check';
import { Heard } from '../src/call/heard';

describe('What the caller has heard', () => {
  it('is the time since the audio began, never more than was sent', () => {
    const heard = new Heard();
    heard.send('item_1', 0, 8_000, 100);
    expect(heard.heardMs(100)).toBe(0);
    expect(heard.heardMs(600)).toBe(500);
    expect(heard.heardMs(9_000)).toBe(1_000);
  });

  it('is set right by a mark, which knows better than the clock', () => {
    const heard = new Heard();
    const mark = heard.send('item_1', 0, 8_000, 0);
    heard.send('item_1', 0, 8_000, 0);
    heard.returnMark(mark, 1_150);
    expect(heard.heardMs(1_150)).toBe(1_000);
    expect(heard.heardMs(1_250)).toBe(1_100);
  });

  it('cuts each unfinished item where it was heard, 0 for one unheard, none for one finished', () => {
    const heard = new Heard();
    heard.send('item_1', 0, 8_000, 0);
    heard.send('item_2', 0, 16_000, 0);
    heard.send('item_3', 0, 8_000, 0);
    expect(heard.interrupt(1_500)).toEqual([
      { itemId: 'item_2', contentIndex: 0, audioEndMs: 500 },
      { itemId: 'item_3', contentIndex: 0, audioEndMs: 0 },
    ]);
    expect(heard.interrupt(1_600)).toEqual([]);
    expect(heard.heardMs(9_000)).toBe(1_500);
  });

  it('reckons a second reply from its own beginning, after a silence', () => {
    const heard = new Heard();
    heard.returnMark(heard.send('item_1', 0, 8_000, 0), 1_030);
    heard.send('item_2', 0, 8_000, 60_000);
    expect(heard.interrupt(60_250)).toEqual([
      { itemId: 'item_2', contentIndex: 0, audioEndMs: 250 },
    ]);
  });

  it('takes no mark for playback that came back because of a clear', () => {
    const heard = new Heard();
    const mark = heard.send('item_1', 0, 80_000, 0);
    heard.interrupt(100);
    heard.send('item_2', 0, 8_000, 200);
    heard.returnMark(mark, 210);
    expect(heard.heardMs(210)).toBe(110);
  });

  it('passes over marks that are not ours', () => {
    const heard = new Heard();
    heard.send('item_1', 0, 8_000, 0);
    for (const name of ['', 'responsePart', '0:', '0:NaN', '0:-5', ':', '0:999999999'])
      heard.returnMark(name, 0);
    expect(heard.heardMs(9_000)).toBe(1_000);
  });

  it('never cuts beyond an item, whatever the marks and the clock say', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            bytes: fc.integer({ min: 1, max: 9_000 }),
            waitMs: fc.nat(3_000),
            echo: fc.boolean(),
            cut: fc.boolean(),
          }),
        ),
        (steps) => {
          const heard = new Heard();
          const lengths = new Map<string, number>();
          let nowMs = 0;
          steps.forEach(({ bytes, waitMs, echo, cut }, index) => {
            const itemId = `item_${Math.floor(index / 3)}`;
            const mark = heard.send(itemId, 0, bytes, nowMs);
            lengths.set(itemId, (lengths.get(itemId) ?? 0) + bytes);
            nowMs += waitMs;
            if (echo) heard.returnMark(mark, nowMs);
            if (!cut) return;
            for (const { itemId: id, audioEndMs } of heard.interrupt(nowMs)) {
              expect(Number.isInteger(audioEndMs)).toBe(true);
              expect(audioEndMs).toBeGreaterThanOrEqual(0);
              expect(audioEndMs * 8).toBeLessThanOrEqual(lengths.get(id) ?? 0);
            }
          });
        },
      ),
    );
  });
});
