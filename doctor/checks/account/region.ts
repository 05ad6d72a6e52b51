import { type Check, type Finding, oneFinding } from '../../check';

/**
 * The edge of each region but us1, which any of them leads to.
 * Source: https://www.twilio.com/docs/twilio-cli/general-usage/regional
 */
const EDGES: Readonly<Record<string, string>> = { ie1: 'dublin', au1: 'sydney', jp1: 'tokyo' };

/** Regions that have Media Streams. */
export const STREAM_REGIONS: readonly string[] = ['us1', 'ie1', 'au1'];

/** The region and the edge that every request to Twilio goes to, as they are set here. */
export const checkRegion: Check = {
  id: 'account.region',
  title: 'Twilio region and edge',
  needs: [],
  run: ({ settings: { environment } }) => {
    const { TWILIO_REGION: region, TWILIO_EDGE: edge } = environment;
    const finding = region === undefined ? undefined : judge(region, edge);
    if (finding !== undefined) return Promise.resolve(oneFinding(finding));
    const place = region ?? 'us1';
    const where = place === 'us1' ? 'us1, Virginia: a bridge far from there answers later' : place;
    return Promise.resolve({ found: edge === undefined ? where : `${where}, by ${edge}` });
  },
};

function judge(region: string, edge: string | undefined): Finding | undefined {
  if (!/^[a-z]{2}\d$/.test(region)) {
    return {
      level: 'fault',
      id: 'region-unknown',
      found: `TWILIO_REGION ${region} is no region`,
      why: 'every request to Twilio goes to a host that is not there',
      remedy: 'unset TWILIO_REGION, which means us1, or set it to ie1 or au1',
    };
  }
  const fitting = EDGES[region];
  // Source: https://www.twilio.com/docs/global-infrastructure/edge-locations/legacy-regions
  if (region !== 'us1' && edge === undefined) {
    return {
      level: 'fault',
      id: 'edge-missing',
      found: `TWILIO_REGION is ${region}, and TWILIO_EDGE is not set`,
      why: `api.${region}.twilio.com was switched off on 2026-04-28: no request reaches Twilio`,
      remedy: `${fitting === undefined ? '' : `set TWILIO_EDGE=${fitting}, or `}unset TWILIO_REGION, which means us1`,
    };
  }
  if (edge === undefined || fitting === undefined || edge === fitting) return undefined;
  return {
    level: 'warning',
    id: 'edge-far',
    found: `TWILIO_EDGE ${edge} does not lie in TWILIO_REGION ${region}`,
    why: 'every request takes the longer way round',
    remedy: `set TWILIO_EDGE=${fitting}`,
  };
}
