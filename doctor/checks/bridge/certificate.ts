import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { type Check, type Finding, oneFinding } from '../../check';
import { explainChain, explainDates, explainName } from './certificate-faults';
import { type BridgePlace, requirePlace } from './place';
import { explainHandshake } from './tls-faults';
import { nameOf, probeTls, type TlsProbe } from './tls-probe';

/** TLS as Twilio wants it: a public authority, the whole chain, the name, in time, 1.2 or newer. */
export const checkCertificate: Check = {
  id: 'bridge.certificate',
  title: "The bridge's TLS and certificate",
  needs: ['bridge.name'],
  run: async ({ settings, ...examination }) => {
    const place = requirePlace({ settings, ...examination });
    if (place.real.protocol !== 'https:')
      return { found: `not looked at: it is reached at ${place.real.origin}, without TLS` };
    const [probe, older] = await Promise.all([
      probeTls(place),
      probeTls(place, { maxVersion: 'TLSv1.2' }),
    ]);
    if (probe.kind === 'failed') return oneFinding(await explainHandshake(place, probe));
    const findings = [
      ...judgeCertificate(probe, nameOf(place.host)),
      ...judgeAuthority(probe, place, settings.environment.NODE_EXTRA_CA_CERTS),
      ...judgeVersion(older, place.host),
    ];
    const until = probe.certificate?.validTo;
    const found = `${probe.protocol}, valid until ${until === undefined ? 'unknown' : dayOf(until)}`;
    return { found, findings };
  },
};

type Shaken = Extract<TlsProbe, { kind: 'shaken' }>;

function judgeCertificate({ certificate, complaint, chain }: Shaken, name: string): Finding[] {
  if (certificate === undefined) return [];
  const isSelfSigned = certificate.verify(certificate.publicKey);
  const broken = explainChain(complaint, chain.length, isSelfSigned, name);
  // Who signs for himself is no better with another name or date.
  if (broken !== undefined && isSelfSigned) return [broken];
  return [broken, explainName(certificate, name), explainDates(certificate, name)].filter(
    (finding) => finding !== undefined,
  );
}

/** Trusted here by an authority that was added to this machine, which says nothing of Twilio. */
function judgeAuthority(
  { chain, complaint }: Shaken,
  { isByName, host }: BridgePlace,
  extra: string | undefined,
): Finding[] {
  const root = chain.at(-1);
  if (complaint !== undefined || extra === undefined || !isByName || root === undefined) return [];
  const isPublic = rootCertificates.some((pem) => new X509Certificate(pem).fingerprint256 === root);
  if (isPublic) return [];
  return [
    {
      level: 'warning',
      id: 'certificate-authority-private',
      found: `the certificate of ${host} is trusted here by NODE_EXTRA_CA_CERTS alone`,
      why: 'Twilio knows public authorities only; it would refuse the stream (31910)',
      remedy: 'get a certificate of a public authority, as Caddy and certbot do by themselves',
      twilioCode: 31910,
    },
  ];
}

function judgeVersion(older: TlsProbe, host: string): Finding[] {
  const isRefused = older.kind === 'failed' && /^(EPROTO|ERR_SSL_|ECONNRESET)/.test(older.code);
  if (!isRefused) return [];
  return [
    {
      level: 'warning',
      id: 'tls-1.2-refused',
      found: `${host} refuses TLS 1.2 and takes newer versions alone`,
      why: 'TLS 1.2 is what Twilio documents; that its streams come with a newer one is not said',
      remedy: 'allow 1.2 beside 1.3, in nginx: ssl_protocols TLSv1.2 TLSv1.3',
      twilioCode: 31910,
    },
  ];
}

function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}
