import { randomBytes } from 'node:crypto';
import { type ApiAnswer, type ApiRequest, notFound } from './request';

type Fields = Record<string, unknown> & { readonly sid: string };

/** One uploaded version of a Function or an asset. */
export interface Version {
  readonly sid: string;
  readonly kind: 'function' | 'asset';
  readonly path: string;
  readonly visibility: string;
  readonly content: string;
}

/** One build, as it was asked for. */
export interface Build {
  readonly sid: string;
  readonly status: 'completed' | 'failed';
  readonly versions: readonly Version[];
  readonly dependencies: readonly { readonly name: string; readonly version: string }[];
  readonly runtime: string | null;
}

/** A build that ends as `failed`, or one that is not even taken: 20001, as for a version that the platform lacks. */
export type BuildFault = 'failed' | 'refused';

/** Collections under a service, with the letters of their sids. */
const COLLECTIONS = {
  Environments: { prefix: 'ZE', key: 'environments' },
  Functions: { prefix: 'ZH', key: 'functions' },
  Assets: { prefix: 'ZH', key: 'assets' },
  Variables: { prefix: 'ZV', key: 'variables' },
  Deployments: { prefix: 'ZD', key: 'deployments' },
  Services: { prefix: 'ZS', key: 'services' },
} as const;

type CollectionName = keyof typeof COLLECTIONS;
const isCollection = (name: string): name is CollectionName => name in COLLECTIONS;

const makeSid = (prefix: string) => prefix + randomBytes(16).toString('hex');
const snake = (name: string) => name.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase();

/**
 * The Serverless API in memory. A collection is known by the path that it is found under.
 * Source: https://www.twilio.com/docs/serverless/api
 */
export class Serverless {
  buildFault: BuildFault | undefined;
  readonly versions: Version[] = [];
  readonly builds: Build[] = [];
  readonly #accountSid: string;
  readonly #collections = new Map<string, Fields[]>();

  constructor(accountSid: string) {
    this.#accountSid = accountSid;
  }

  /** The build that is served now, or undefined where nothing is. */
  get served(): Build | undefined {
    const deployments = [...this.#collections]
      .filter(([path]) => path.endsWith('/Deployments'))
      .flatMap(([, all]) => all);
    return this.builds.find(({ sid }) => sid === deployments.at(-1)?.build_sid);
  }

  /** All variables, by name. */
  get variables(): Readonly<Record<string, string>> {
    const all = [...this.#collections]
      .filter(([path]) => path.endsWith('/Variables'))
      .flatMap(([, one]) => one);
    return Object.fromEntries(all.map(({ key, value }) => [String(key), String(value)]));
  }

  /** Services that there are. */
  get services(): readonly Fields[] {
    return this.#collections.get('/Services') ?? [];
  }

  /** Answers a request to either of the two hosts. */
  answer(request: ApiRequest): ApiAnswer {
    const { method } = request;
    const path = request.path.replace(/^\/v1/, '');
    const parts = path.split('/').filter(Boolean);
    const last = parts.at(-1) ?? '';
    if (!this.#hasParents(parts)) return notFound();
    if (last === 'Versions' && method === 'POST') return this.#upload(request, parts.at(-3) ?? '');
    if (last === 'Builds' && method === 'POST') return this.#build(request);
    if (last === 'Builds') return this.#listBuilds();
    if (parts.includes('Builds')) return this.#showBuild(parts[parts.indexOf('Builds') + 1] ?? '');
    if (isCollection(last))
      return method === 'POST' ? this.#create(path, last, request) : this.#list(path, last);
    return this.#one(path.slice(0, path.lastIndexOf('/')), last, request);
  }

  /** True if everything that the path goes through is there. */
  #hasParents(parts: readonly string[]): boolean {
    for (let at = 2; at < parts.length; at += 2) {
      if (parts[at - 2] === 'Builds') continue;
      const all = this.#collections.get(`/${parts.slice(0, at - 1).join('/')}`) ?? [];
      if (!all.some(({ sid }) => sid === parts[at - 1])) return false;
    }
    return true;
  }

  #list(path: string, name: CollectionName): ApiAnswer {
    const { key } = COLLECTIONS[name];
    const meta = {
      key,
      page: 0,
      page_size: 50,
      next_page_url: null,
      previous_page_url: null,
      first_page_url: '',
      url: '',
    };
    return { status: 200, body: { [key]: this.#collections.get(path) ?? [], meta } };
  }

  #create(path: string, name: CollectionName, { parameters }: ApiRequest): ApiAnswer {
    const given = Object.fromEntries([...parameters].map(([key, value]) => [snake(key), value]));
    const all = this.#collections.get(path) ?? [];
    const twin = all.find(
      (one) => given.unique_name !== undefined && one.unique_name === given.unique_name,
    );
    if (twin !== undefined)
      return {
        status: 409,
        body: { code: 20409, message: 'Unique name already exists', status: 409 },
      };
    const made: Fields = {
      ...given,
      sid: makeSid(COLLECTIONS[name].prefix),
      account_sid: this.#accountSid,
    };
    if (name === 'Environments') {
      const suffix = given.domain_suffix ?? '';
      Object.assign(made, {
        build_sid: null,
        domain_name: `realtime-phone-1234${suffix === '' ? '' : `-${suffix}`}.twil.io`,
      });
    }
    if (name === 'Deployments') this.#serve(path, made);
    this.#collections.set(path, [...all, made]);
    return { status: 201, body: made };
  }

  #serve(path: string, deployment: Fields): void {
    const [, environments = '', sid = ''] =
      /^(.*\/Environments)\/([^/]+)\/Deployments$/.exec(path) ?? [];
    const environment = this.#collections.get(environments)?.find((one) => one.sid === sid);
    if (environment !== undefined) environment.build_sid = deployment.build_sid;
  }

  #one(path: string, sid: string, { method, parameters }: ApiRequest): ApiAnswer {
    const all = this.#collections.get(path) ?? [];
    const found = all.find((one) => one.sid === sid || one.unique_name === sid);
    if (found === undefined) return notFound();
    if (method === 'DELETE') {
      this.#collections.set(
        path,
        all.filter((one) => one !== found),
      );
      return { status: 204 };
    }
    if (method === 'POST') for (const [key, value] of parameters) found[snake(key)] = value;
    return { status: 200, body: found };
  }

  #upload({ parameters }: ApiRequest, collection: string): ApiAnswer {
    const version: Version = {
      sid: makeSid('ZN'),
      kind: collection === 'Assets' ? 'asset' : 'function',
      path: parameters.get('Path') ?? '',
      visibility: parameters.get('Visibility') ?? '',
      content: parameters.get('Content') ?? '',
    };
    this.versions.push(version);
    return {
      status: 201,
      body: { sid: version.sid, path: version.path, visibility: version.visibility },
    };
  }

  #build({ parameters }: ApiRequest): ApiAnswer {
    if (this.buildFault === 'refused') {
      const message = 'Some dependencies could not be validated';
      return { status: 400, body: { code: 20001, message, status: 400 } };
    }
    const wanted = [
      ...parameters.getAll('FunctionVersions'),
      ...parameters.getAll('AssetVersions'),
    ];
    const build: Build = {
      sid: makeSid('ZB'),
      status: this.buildFault ?? 'completed',
      versions: this.versions.filter(({ sid }) => wanted.includes(sid)),
      dependencies: readDependencies(parameters.get('Dependencies') ?? '[]'),
      runtime: parameters.get('Runtime'),
    };
    this.builds.push(build);
    return { status: 201, body: { sid: build.sid, status: 'building' } };
  }

  /** The newest first, as Twilio lists them. */
  #listBuilds(): ApiAnswer {
    const builds = this.builds.map(({ sid, status }) => ({ sid, status })).reverse();
    return { status: 200, body: { builds, meta: { key: 'builds', next_page_url: null } } };
  }

  #showBuild(sid: string): ApiAnswer {
    const build = this.builds.find((one) => one.sid === sid);
    if (build === undefined) return notFound();
    return { status: 200, body: { sid, status: build.status, runtime: build.runtime } };
  }
}

/** JSON; twilio-run puts it between quotation marks, without escaping those within. */
function readDependencies(text: string): Build['dependencies'] {
  return JSON.parse(text.replace(/^"(.*)"$/s, '$1')) as Build['dependencies']; // as the client wrote it
}
