import { prefersHtml } from '@realtime-phone/protocol/diagnostics/accept';
import { type DiagnosticsPage, renderDiagnostics } from '@realtime-phone/protocol/diagnostics/page';
import { PAGE_HEADERS } from '@realtime-phone/protocol/diagnostics/style';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Diagnostics } from '../diagnostics/diagnostics';
import { describeRefusal, describeReport, describeSummary } from '../diagnostics/page';
import { answerError, answerJson } from './answers';
import type { Authorization } from './authorization';
import type { Route, RouteAnswer } from './routes';
import type { KnownRequest } from './web';

/** JSON and HTML stand at one address, and what they say depends on who asks. */
const NOT_KEPT = { 'cache-control': 'no-store', vary: 'Accept, Authorization' };

/**
 * `GET /diagnostics`: JSON, or a page where the client would rather have one. Everybody gets a
 * summary; operators the whole, with `Authorization: Bearer`, or in a browser at
 * `/diagnostics?operator`, which asks for a password (HTTP Basic, RFC 7617). That is as safe as the
 * header: compared in constant time, sent over the same TLS, taken at this address alone, and this
 * address changes nothing, so that a foreign page gains nothing by sending a browser here.
 */
export function createDiagnosticsRoute(
  diagnostics: Diagnostics,
  authorization: Authorization,
): Route {
  return {
    method: 'GET',
    path: /^\/diagnostics$/,
    answer: async (request) => {
      const asPage = prefersHtml(request.headers.accept);
      // A signed request is the Functions asking whether both sides have one secret and one time.
      const signed = request.headers.authorization?.startsWith('Bridge ') === true;
      if (signed) authorization.requireFunctions(request);
      const refused = refuseOperator(request, authorization);
      if (refused === undefined) {
        const report = await diagnostics.report();
        return asPage ? answerPage(describeReport(report)) : answerJson(200, report, NOT_KEPT);
      }
      if (refused.code === 'operator_tries_too_many')
        return { ...answerError(refused), refusal: refused };
      // Only who asks for the operators' view is asked for a password.
      if (!signed && new URL(request.target, 'http://bridge').searchParams.has('operator'))
        return challenge(refused, asPage);
      const summary = diagnostics.summarize();
      return asPage
        ? answerPage(describeSummary(summary))
        : answerJson(200, { ...summary, ...(signed ? { functions: 'accepted' } : {}) }, NOT_KEPT);
    },
  };
}

function refuseOperator(request: KnownRequest, authorization: Authorization) {
  try {
    authorization.requireOperatorOrPassword(request);
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

function challenge(refusal: CodedError, asPage: boolean): RouteAnswer {
  const status = refusal.fault.status ?? 401;
  const answer = asPage ? answerPage(describeRefusal(refusal), status) : answerError(refusal);
  // Without ADMIN_TOKEN no password would fit.
  const asks: Record<string, string> =
    status === 401 ? { 'www-authenticate': 'Basic realm="bridge", charset="UTF-8"' } : {};
  const asked = { ...answer, headers: { ...answer.headers, ...asks, ...NOT_KEPT } };
  // A browser comes without a password first; that is how it asks, and no refusal to tell of.
  return refusal.code === 'operator_token_missing' ? asked : { ...asked, refusal };
}

function answerPage(page: DiagnosticsPage, status = 200): RouteAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...PAGE_HEADERS },
    body: renderDiagnostics(page),
  };
}
