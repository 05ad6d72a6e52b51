import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

/** A key, and the certificates that a server shows, PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** What may be wrong with a certificate. */
export interface CertificateWishes {
  /** Default: `bridge.example.com`. */
  readonly name?: string;
  /** Days from now; default from yesterday on for 60 days. */
  readonly fromDays?: number;
  readonly untilDays?: number;
  /** Leaves out the certificate of the authority in between. */
  readonly withoutChain?: boolean;
  readonly selfSigned?: boolean;
}

/** A certificate authority of the tests: a root, and one in between, as public ones have it. */
export interface TestAuthority {
  /** The root, to be trusted. */
  readonly root: string;
  issue(wishes?: CertificateWishes): Promise<ServerCertificate>;
}

/** Makes one; nothing is written to the disk. */
export async function makeAuthority(): Promise<TestAuthority> {
  const root = await sign('Test Root', { isAuthority: true });
  const between = await sign('Test Issuer', { isAuthority: true, by: root });
  return {
    root: root.cert,
    issue: async (wishes = {}) => {
      const { name = 'bridge.example.com', withoutChain = false, selfSigned = false } = wishes;
      const { key, cert } = await sign(name, selfSigned ? wishes : { ...wishes, by: between });
      return { key, cert: withoutChain || selfSigned ? cert : `${cert}\n${between.cert}` };
    },
  };
}

async function sign(
  name: string,
  {
    by,
    isAuthority = false,
    fromDays = -1,
    untilDays = 60,
  }: CertificateWishes & { by?: ServerCertificate; isAuthority?: boolean },
): Promise<ServerCertificate> {
  const now = Date.now();
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now + Math.min(fromDays, untilDays - 1) * DAY_MS),
    notAfterDate: new Date(now + untilDays * DAY_MS),
    ...(by === undefined ? {} : { ca: by }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      isAuthority
        ? { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }
        : { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key, cert };
}
