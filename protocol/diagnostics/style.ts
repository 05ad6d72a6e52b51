import { createHash } from 'node:crypto';

/**
 * The page's one style sheet. Colours keep 4.5:1 or more against what they stand on, and no state
 * is told by its colour alone. Long words break, so that 360 px need no scrolling sideways.
 */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;--quiet:#57606a;--line:#d0d7de;--band:#f6f8fa;
--holds:#116329;--warning:#7d4e00;--fault:#a40e26}
@media(prefers-color-scheme:dark){:root{--ground:#0d1117;--text:#e6edf3;--quiet:#9ea7b3;--line:#3d444d;
--band:#161b22;--holds:#56d364;--warning:#e3b341;--fault:#ff8f87}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1rem;background:var(--ground);color:var(--text);
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.4rem;margin:0}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0}
footer,.quiet{color:var(--quiet)}
footer{margin-top:2rem}
.verdict{margin:1rem 0;padding:.75rem 1rem;background:var(--band);border:1px solid var(--line);border-left:.4rem solid var(--holds)}
.verdict.warning{border-left-color:var(--warning)}
.verdict.fault{border-left-color:var(--fault)}
.verdict>p:first-child{font-size:1.2rem;font-weight:700}
.verdict li{margin:.5rem 0}
.holds,.warning,.fault{--state:var(--holds)}
.warning{--state:var(--warning)}
.fault{--state:var(--fault)}
.state{color:var(--state);font-weight:700}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th,td{padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{color:var(--quiet);font-weight:600}
tbody th{font-weight:600}
.pairs th{width:40%}
@media(min-width:40.01rem){.wide th:first-child{width:14rem}.checks th:nth-child(2){width:7rem}}
@media(max-width:40rem){.pairs th{width:55%}.wide,.wide tbody,.wide tr,.wide th,.wide td{display:block;width:auto}
.wide thead{position:absolute;clip-path:inset(50%)}
.wide tr{padding:.5rem 0;border-bottom:1px solid var(--line)}.wide th,.wide td{padding:0;border:0}
.wide td[data-label]::before{content:attr(data-label) ": ";color:var(--quiet)}}
@media print{:root{color-scheme:light;--ground:#fff;--text:#000;--quiet:#444;--line:#999;--band:#fff;
--holds:#116329;--warning:#7d4e00;--fault:#a40e26}
body{max-width:none;padding:0;font-size:10pt}tr,li{break-inside:avoid}h2{break-after:avoid}}
`;

const HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * The headers of the page: nothing may run, load, be sent or frame it; only this one style sheet is
 * let in, by its hash. No cache keeps it, and JSON and HTML are told apart by `Accept`.
 * Source: https://www.w3.org/TR/CSP3/
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; img-src data:; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Accept, Authorization',
};
