import { createServer } from 'node:http'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'

const dist = join(import.meta.dirname, '../../dist')
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** The policy the binary sends; a breach fails the test through page.problems. */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Serves a built folder alone (dist/ by default), for tests that need no data. `answers` maps paths to the
 * JSON the page gets there; everything else under /api is 404.
 */
export async function serveDist(answers = {}, root = dist) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://local')
    if (pathname in answers) {
      const { status = 200, ...body } = answers[pathname]
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      return
    }
    const plain = normalize(join(root, pathname))
    const file = existsSync(plain) && statSync(plain).isFile() ? plain : `${plain}.html`
    if (!plain.startsWith(root) || !existsSync(file)) {
      response
        .writeHead(404, { 'Content-Type': 'application/problem+json' })
        .end('{"code":"not_found","status":404}')
      return
    }
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': policy,
    })
    createReadStream(file).pipe(response)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  }
}
