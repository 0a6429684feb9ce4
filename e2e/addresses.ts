/** Where the servers of playwright.config.ts listen. E2E_PORT moves all three, should another program hold one. */

const first = Number(process.env['E2E_PORT'] ?? 4273);

/** `app`: dist/ with all headers; `plain`: dist/ without COOP and COEP; `testPages`: the pages of e2e/pages. */
export const ports = { app: first, plain: first + 1, testPages: first + 2 };

/** The release on a host that cannot send COOP and COEP. */
export const plainUrl = `http://localhost:${String(ports.plain)}/`;

/** The address of `e2e/pages/<name>.html`. */
export function testPageUrl(name: string): string {
  return `http://localhost:${String(ports.testPages)}/${name}.html`;
}
