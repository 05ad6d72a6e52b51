/** What was waited for longer than was allowed. */
export class OutOfPatience extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`);
    this.name = 'OutOfPatience';
  }
}

/** Waits, but not longer than so. @throws OutOfPatience, or what the work throws. */
export async function waitAtMost<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new OutOfPatience(limitMs)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(limit);
  }
}

/** How long to wait before the next try: twice as long each time, up to a limit, and never all at once. */
export function backOffMs(tries: number, firstMs: number, mostMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(tries, 30), mostMs) * (0.5 + Math.random() / 2);
}
