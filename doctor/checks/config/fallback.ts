import type { Finding } from '../../check';

const MODES = ['say', 'dial', 'message'];
const E164 = /^\+[1-9]\d{1,14}$/;

/** The variables of the fallback: with a wrong one the Functions only say a sentence. */
export function judgeFallback({
  FALLBACK_MODE: mode = 'say',
  FALLBACK_NUMBER: number,
}: Readonly<Record<string, string>>): readonly Finding[] {
  if (!MODES.includes(mode)) {
    return [
      warn(
        `FALLBACK_MODE is none of ${MODES.join(', ')}`,
        'correct FALLBACK_MODE, as in FALLBACK_MODE=say',
      ),
    ];
  }
  if (mode !== 'dial' || (number !== undefined && E164.test(number))) return [];
  const what = number === undefined ? 'is missing, and FALLBACK_MODE is dial' : 'is not in E.164';
  return [
    warn(`FALLBACK_NUMBER ${what}`, 'set FALLBACK_NUMBER, as in FALLBACK_NUMBER=+15550100100'),
  ];
}

function warn(found: string, remedy: string): Finding {
  return {
    level: 'warning',
    id: 'fallback-wrong',
    found,
    why: 'a caller whom the bridge cannot take hears a sentence and is not put through',
    remedy: `${remedy}, and run npm run deploy`,
  };
}
