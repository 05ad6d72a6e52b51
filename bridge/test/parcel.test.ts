import { Parcel, ParcelStock } from '../src/model/socket/parcel';

/** Puts a text into it. */
function put(parcel: Parcel, text: string): void {
  const at = parcel.extend(text.length);
  parcel.bytes.write(text, at, 'latin1');
}

describe('A parcel of frames', () => {
  it('grows with what is put into it, and keeps it', () => {
    const parcel = new Parcel();
    const texts = [10, 600, 5_000].map((length, at) => String(at).repeat(length));
    for (const text of texts) put(parcel, text);
    expect(parcel.length).toBe(5_610);
    expect(parcel.frames.toString()).toBe(texts.join(''));
  });

  it('is used again, empty, once it has come back', () => {
    const stock = new ParcelStock();
    const parcel = stock.take();
    put(parcel, 'one');
    parcel.audioSinceMs = 7;
    const { buffer } = parcel.frames;
    stock.giveBack(parcel);
    const again = stock.take();
    expect([again.length, again.audioSinceMs]).toEqual([0, 0]);
    put(again, 'three');
    expect(again.frames.toString()).toBe('three');
    expect(again.frames.buffer).toBe(buffer);
  });

  it('is nobody else’s while it has not come back', () => {
    const stock = new ParcelStock();
    const parcels = ['one', 'two', 'three'].map((text) => {
      const parcel = stock.take();
      put(parcel, text);
      return parcel;
    });
    expect(parcels.map(({ frames }) => String(frames))).toEqual(['one', 'two', 'three']);
  });

  it('is not kept where it was long for once, nor where there are many', () => {
    const stock = new ParcelStock();
    const long = stock.take();
    put(long, 'a'.repeat(5_000));
    stock.giveBack(long);
    expect(stock.take().bytes.length).toBe(512);
    const many = Array.from({ length: 100 }, () => stock.take());
    for (const parcel of many) stock.giveBack(parcel);
    const kept = Array.from({ length: 100 }, () => stock.take());
    expect(kept.filter((parcel) => many.includes(parcel))).toHaveLength(64);
  });
});
