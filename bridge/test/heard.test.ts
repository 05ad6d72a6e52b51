import fc from 'fast-check';
import { Heard } from '../src/call/heard';

/** Sends audio with a mark behind it. @returns the name of the mark. */
function sendMarked(heard: Heard, ...audio: Parameters<Heard['send']>): string {
  heard.send(...audio);
  return heard.mark();
}

describe('What the caller has heard', () => {
  it('is the time since the audio began, never more than was sent', () => {
    const heard = new Heard();
    sendMarked(heard, 'item_1', 0, 8_000, 100);
    expect(heard.heardMs(100)).toBe(0);
    expect(heard.heardMs(600)).toBe(500);
    expect(heard.heardMs(9_000)).toBe(1_000);
  });

  it('takes the way there and back for what it is, not for audio that plays late', () => {
    const heard = new Heard();
    const mark = sendMarked(heard, 'item_1', 0, 8_000, 0);
    sendMarked(heard, 'item_1', 0, 8_000, 0);
    heard.returnMark(mark, 1_300);
    expect(heard.heardMs(1_300)).toBe(1_300);
  });

  it('goes back where several marks in a row say that audio plays late', () => {
    const heard = new Heard();
    const marks = [1, 2, 3, 4, 5, 6].map(() => sendMarked(heard, 'item_1', 0, 1_600, 0));
    heard.returnMark(marks[0] ?? '', 210);
    for (const [index, mark] of marks.slice(1, 4).entries())
      heard.returnMark(mark, 400 + index * 200 + 150);
    expect(heard.heardMs(950)).toBe(950 - 140);
  });

  it('is held back by a mark that is overdue: what Twilio does not play was not heard', () => {
    const heard = new Heard();
    heard.returnMark(sendMarked(heard, 'item_1', 0, 800, 0), 100);
    sendMarked(heard, 'item_1', 0, 800, 100);
    sendMarked(heard, 'item_1', 0, 80_000, 100);
    expect(heard.heardMs(5_000)).toBeLessThanOrEqual(250);
  });

  it('jumps to a mark that came before its time', () => {
    const heard = new Heard();
    const mark = sendMarked(heard, 'item_1', 0, 8_000, 0);
    sendMarked(heard, 'item_1', 0, 8_000, 0);
    heard.returnMark(mark, 900);
    expect(heard.heardMs(900)).toBe(1_000);
  });

  it('cuts each unfinished item where it was heard, 0 for one unheard, none for one finished', () => {
    const heard = new Heard();
    sendMarked(heard, 'item_1', 0, 8_000, 0);
    sendMarked(heard, 'item_2', 0, 16_000, 0);
    sendMarked(heard, 'item_3', 0, 8_000, 0);
    expect(heard.interrupt(1_500)).toEqual([
      { itemId: 'item_2', contentIndex: 0, audioEndMs: 500, sentMs: 2_000 },
      { itemId: 'item_3', contentIndex: 0, audioEndMs: 0, sentMs: 1_000 },
    ]);
    expect(heard.interrupt(1_600)).toEqual([]);
    expect(heard.heardMs(9_000)).toBe(1_500);
  });

  it('reckons a second reply from its own beginning, after a silence', () => {
    const heard = new Heard();
    heard.returnMark(sendMarked(heard, 'item_1', 0, 8_000, 0), 1_030);
    sendMarked(heard, 'item_2', 0, 8_000, 60_000);
    expect(heard.interrupt(60_250)).toEqual([
      { itemId: 'item_2', contentIndex: 0, audioEndMs: 250, sentMs: 1_000 },
    ]);
  });

  it('takes no mark for playback that came back because of a clear', () => {
    const heard = new Heard();
    const mark = sendMarked(heard, 'item_1', 0, 80_000, 0);
    heard.interrupt(100);
    sendMarked(heard, 'item_2', 0, 8_000, 200);
    heard.returnMark(mark, 210);
    expect(heard.heardMs(210)).toBe(110);
  });

  it('passes over marks that are not ours', () => {
    const heard = new Heard();
    sendMarked(heard, 'item_1', 0, 8_000, 0);
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
            const mark = sendMarked(heard, itemId, 0, bytes, nowMs);
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
