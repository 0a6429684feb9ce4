/**
 * The response headers of the app, stated once: our server sends them, and the build writes them to dist/_headers for static hosts.
 * The policy is a header, not a <meta> tag, because workers loaded from the network answer only to the header of their own response.
 */

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Makes the page cross-origin isolated. Everything must also work where a host cannot send these. */
const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Headers of every response, whatever its status; `isolated: false` leaves out COOP and COEP. */
export function securityHeaders({ isolated = true } = {}) {
  return {
    'Content-Security-Policy': contentSecurityPolicy,
    ...(isolated ? isolationHeaders : {}),
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}

const hashedFolder = '/assets/';
const forever = 'public, max-age=31536000, immutable';

/** Files whose name holds their hash never change; all others are asked for again each time. */
export function cacheControl(path) {
  return path.startsWith(hashedFolder) ? forever : 'no-cache';
}

/** The same headers in the `_headers` format that several static hosts read. */
export function headersFile() {
  const lines = Object.entries(securityHeaders()).map(([name, value]) => `  ${name}: ${value}`);
  return ['/*', ...lines, '', `${hashedFolder}*`, `  Cache-Control: ${forever}`, ''].join('\n');
}
