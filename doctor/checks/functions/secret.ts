import { type Check, oneFinding, type Outcome, skip } from '../../check';
import type { Examination } from '../../examination';
import { isHostedByTwilio, updateCommand } from './place';
import { readSaid, textOf } from './said';

const FALLBACK = 'the bridge admits no call: every caller gets the fallback';

/** How the one signed request of the Functions to the bridge went. */
export const checkSecret: Check = {
  id: 'functions.secret',
  title: 'Functions and bridge',
  needs: ['functions.settings'],
  run: (examination) => judge(examination, readSaid(examination.facts, 'bridge')),
};

async function judge(
  examination: Examination,
  { result, code, message, remedy, skewS }: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const functionsUrl = examination.facts.functionsUrl ?? '';
  const said = [textOf(code), textOf(message)].filter((one) => one !== undefined).join(': ');
  switch (result) {
    case 'accepted':
      return typeof skewS === 'number'
        ? oneFinding({
            level: 'warning',
            id: 'clock-drift',
            found: `the bridge accepts the Functions; their clocks differ by ${Math.abs(skewS)} s`,
            why: 'beyond 60 s the bridge refuses every request, and every caller gets the fallback',
            remedy: clockRemedy(functionsUrl),
          })
        : { found: 'the bridge accepts the signed request of the Functions' };
    case 'clock-skew':
      return oneFinding({
        level: 'fault',
        id: 'clock-skew',
        found: `the clock of the bridge is ${typeof skewS === 'number' ? `${Math.abs(skewS)} s ${skewS > 0 ? 'behind' : 'ahead of'}` : 'not that of'} the Functions`,
        why: FALLBACK,
        remedy: clockRemedy(functionsUrl),
      });
    case 'refused':
      return oneFinding(
        code === 'request_unsigned'
          ? {
              level: 'fault',
              id: 'bridge-signature-dropped',
              found: `the signature of the Functions does not get to the bridge: ${said}`,
              why: FALLBACK,
              remedy:
                'let the proxy or tunnel in front of the bridge pass the Authorization header',
            }
          : code === 'request_signature_invalid'
            ? {
                level: 'fault',
                id: 'bridge-secret-differs',
                found: 'BRIDGE_SECRET of the Functions is not that of the bridge',
                why: FALLBACK,
                remedy: `set one BRIDGE_SECRET for both: start the bridge with it, and ${updateCommand(functionsUrl)}`,
              }
            : {
                level: 'fault',
                id: 'bridge-refuses-functions',
                found: `the bridge refuses the Functions: ${said}`,
                why: FALLBACK,
                remedy: textOf(remedy) ?? 'see the code in protocol/errors.ts',
              },
      );
    default:
      return judgeUnreachable(examination, said, textOf(remedy));
  }
}

function clockRemedy(functionsUrl: string): string {
  return isHostedByTwilio(functionsUrl)
    ? 'set the clock of the machine with the bridge: timedatectl set-ntp true'
    : 'set both clocks: timedatectl set-ntp true';
}

/** A bridge that nobody reaches is the bridge's own fault, and its checks name it. */
async function judgeUnreachable(
  { settings, reach, facts }: Examination,
  said: string,
  remedy: string | undefined,
): Promise<Outcome> {
  const { PUBLIC_DOMAIN, BRIDGE_URL } = settings.environment;
  const place = BRIDGE_URL?.replace(/\/+$/, '') ?? `https://${PUBLIC_DOMAIN ?? ''}`;
  const isConfigured = !/bridge_(url|secret)_/.test(said);
  const isHere = isConfigured && (await answers(`${place}/healthz`));
  if (isConfigured && !isHere) {
    return skip(
      `the Functions do not reach the bridge, and this machine does not either: see the part bridge (${said})`,
    );
  }
  return oneFinding({
    level: 'fault',
    id: isConfigured ? 'bridge-url-wrong' : 'bridge-url-unusable',
    found: isConfigured
      ? `the Functions do not reach the bridge (${said}), though it answers at ${place}`
      : `the Functions cannot ask the bridge: ${said}`,
    why: FALLBACK,
    remedy: isConfigured
      ? `set BRIDGE_URL of the Functions to ${place}: npm run tunnel does it, or ${updateCommand(facts.functionsUrl ?? '')}`
      : (remedy ?? 'set BRIDGE_URL to the https address of the bridge'),
  });

  async function answers(url: string): Promise<boolean> {
    if (!URL.canParse(url)) return false;
    try {
      return (await reach.ask({ url, limitMs: 5_000 })).status === 200;
    } catch {
      return false;
    }
  }
}
