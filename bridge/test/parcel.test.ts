import { Parcel } from '../src/model/socket/parcel';

/** Puts a text into it. */
function put(parcel: Parcel, text: string): void {
  const at = parcel.extend(text.length);
  parcel.bytes.write(text, at, 'latin1');
}

describe('A parcel of frames', () => {
  it('is written to again once what was taken out has left', () => {
    const parcel = new Parcel();
    put(parcel, 'one');
    const first = parcel.take();
    expect(first.toString()).toBe('one');
    parcel.giveBack();
    put(parcel, 'two');
    const second = parcel.take();
    expect(second.toString()).toBe('two');
    expect(second.buffer).toBe(first.buffer);
  });

  it('leaves alone what is still on its way, however much that is', () => {
    const parcel = new Parcel();
    const taken = ['one', 'two', 'three'].map((text) => {
      put(parcel, text);
      return parcel.take();
    });
    expect(taken.map(String)).toEqual(['one', 'two', 'three']);
    parcel.giveBack();
    parcel.giveBack();
    put(parcel, 'four');
    expect(taken.map(String)).toEqual(['one', 'two', 'three']);
    parcel.giveBack();
    const fourth = parcel.take();
    expect(fourth.toString()).toBe('four');
    parcel.giveBack();
    put(parcel, 'five');
    expect(parcel.take().buffer).toBe(fourth.buffer);
  });

  it('gives up the memory of what nobody will tell of', () => {
    const parcel = new Parcel();
    put(parcel, 'one');
    const first = parcel.take();
    parcel.giveUp();
    put(parcel, 'two');
    expect(parcel.take().toString()).toBe('two');
    expect(first.toString()).toBe('one');
  });

  it('grows with what is put into it, and keeps it', () => {
    const parcel = new Parcel();
    const texts = [10, 600, 5_000].map((length, at) => String(at).repeat(length));
    for (const text of texts) put(parcel, text);
    expect(parcel.length).toBe(5_610);
    expect(parcel.take().toString()).toBe(texts.join(''));
  });

  it('does not keep the memory of what was long for once', () => {
    const parcel = new Parcel();
    put(parcel, 'a'.repeat(5_000));
    parcel.take();
    parcel.giveBack();
    put(parcel, 'one');
    expect(parcel.bytes.length).toBe(512);
    expect(parcel.take().toString()).toBe('one');
  });
});
