import { isIP } from 'node:net';
import { isPrivateHost } from '@realtime-phone/protocol/twiml/stream-url';
import { type Check, type Finding, oneFinding, skip } from '../../check';
import type { Examination } from '../../examination';
import { isLoopbackUrl } from '../../settings';
import { findPlace, streamHostOf } from './place';

const EXAMPLE_HOST = /(^|\.)example\.(com|net|org)$|\.(example|invalid|test)$/i;

/** The public address of the bridge: that it is known, and that all who use it mean the same. */
export const checkAddress: Check = {
  id: 'bridge.address',
  title: "The bridge's public address",
  needs: [],
  run: (examination) => Promise.resolve(examineAddress(examination)),
};

function examineAddress(examination: Examination) {
  const { settings, facts } = examination;
  const { PUBLIC_DOMAIN } = settings.environment;
  const streamHost = streamHostOf(facts.streamUrl);
  const place = findPlace(examination);
  const isShapeless = PUBLIC_DOMAIN !== undefined && !/^[A-Za-z0-9.:-]+$/.test(PUBLIC_DOMAIN);
  if (place === undefined || isShapeless) {
    const isTold = examination
      .findVariableFaults(settings.environment)
      .some((line) => line.startsWith('PUBLIC_DOMAIN'));
    if (place === undefined && isTold)
      return skip('PUBLIC_DOMAIN gives no address; config.variables says why');
    if (!isTold) return oneFinding(withoutAddress(PUBLIC_DOMAIN));
  }
  if (place === undefined) return skip('the address is not known');
  const { host } = place;
  if (streamHost !== undefined && PUBLIC_DOMAIN !== undefined && !isShapeless) {
    const own = new URL(`https://${PUBLIC_DOMAIN}`).host;
    if (own !== streamHost) return oneFinding(differs(streamHost, PUBLIC_DOMAIN));
  }
  const isHere = isLoopbackUrl(`https://${host}`);
  const name = host.replace(/:\d+$/, '');
  if (place.isByName) {
    if (EXAMPLE_HOST.test(name)) return oneFinding(isPlaceholder(host));
    if (!isHere && isPrivateHost(name)) return oneFinding(isPrivate(host));
  }
  const findings = [
    ...(isHere ? [] : findPort(host)),
    ...findBridgeUrl(settings.environment.BRIDGE_URL, host),
  ];
  const found = isHere && !settings.isTrial ? `wss://${host}, this machine alone` : `wss://${host}`;
  return { found, findings };
}

function withoutAddress(publicDomain: string | undefined): Finding {
  const isMissing = publicDomain === undefined;
  return {
    level: 'fault',
    id: isMissing ? 'address-missing' : 'address-malformed',
    found: isMissing
      ? 'PUBLIC_DOMAIN is not set, and no TwiML shows the address of the stream'
      : `PUBLIC_DOMAIN is ${publicDomain}, which is not a bare host`,
    why: 'the stream address and every signature are made of it, so Twilio would be sent nowhere, or refused',
    remedy: isMissing
      ? 'set PUBLIC_DOMAIN in .env, as in bridge.example.com, or let npm run tunnel set it'
      : 'write PUBLIC_DOMAIN without https://, without a path and without a slash at the end, as in bridge.example.com',
  };
}

function differs(streamHost: string, publicDomain: string): Finding {
  return {
    level: 'fault',
    id: 'address-differs',
    found: `the stream goes to ${streamHost}, and PUBLIC_DOMAIN is ${publicDomain}`,
    why: 'the bridge that runs has another address than the one that is set: Twilio dials an old host, or its signature is checked over the wrong one and refused (31920)',
    remedy:
      'start the bridge again, so that it reads PUBLIC_DOMAIN; if the TwiML is written by hand, put the host of PUBLIC_DOMAIN into its <Stream url>',
    twilioCode: 31920,
  };
}

function isPlaceholder(host: string): Finding {
  return {
    level: 'fault',
    id: 'address-placeholder',
    found: `PUBLIC_DOMAIN is ${host}, the example of the documents`,
    why: 'that name belongs to nobody, so Twilio finds no bridge and the call ends at once',
    remedy: 'npm run tunnel sets a real one; on a server set PUBLIC_DOMAIN to its public name',
    twilioCode: 31904,
  };
}

function isPrivate(host: string): Finding {
  return {
    level: 'fault',
    id: 'address-private',
    found: `${host} is known on its own network alone`,
    why: 'Twilio is outside of it: no stream comes, and the call ends at once',
    remedy: 'open a tunnel with npm run tunnel, or give the bridge a public name in PUBLIC_DOMAIN',
    twilioCode: 31904,
  };
}

function findPort(host: string): Finding[] {
  const port = /:(\d+)$/.exec(host)?.[1];
  if (port === undefined) return [];
  return [
    {
      level: 'warning',
      id: 'port-unusual',
      found: `the stream goes to port ${port}`,
      why: 'Twilio documents port 443 alone for streams; another may work today and not tomorrow',
      remedy: 'let the proxy serve the bridge on 443, and leave the port out of PUBLIC_DOMAIN',
    },
  ];
}

function findBridgeUrl(bridgeUrl: string | undefined, host: string): Finding[] {
  if (bridgeUrl === undefined || !URL.canParse(bridgeUrl) || isLoopbackUrl(bridgeUrl)) return [];
  const url = new URL(bridgeUrl);
  if (url.host === host || isIP(url.hostname) !== 0) return [];
  return [
    {
      level: 'warning',
      id: 'bridge-url-differs',
      found: `BRIDGE_URL leads the Functions to ${url.host}, and the stream goes to ${host}`,
      why: 'they may be two names of one bridge; if they are two bridges, calls are admitted by one and refused by the other',
      remedy: `set BRIDGE_URL=https://${host} and run npm run deploy, or npm run tunnel -- --url https://${host}`,
    },
  ];
}
