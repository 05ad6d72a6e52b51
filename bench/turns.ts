/** Does work, alone. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets several searches go on at the same time of which one alone may measure: whoever has measured asks
 * again behind the others, so that all of them see the same fast and slow times of the machine.
 */
export function takeTurns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined); // whoever asked hears of it
    return turn;
  };
}
