import type { Check } from '../../check';

/** Checks of other parts, which these tests take for granted. */
export function holding(...ids: readonly string[]): Check[] {
  return ids.map((id) => ({
    id,
    title: id,
    needs: [],
    run: () => Promise.resolve({ found: 'taken for granted' }),
  }));
}
