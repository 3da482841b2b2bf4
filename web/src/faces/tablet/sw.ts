/// <reference lib="webworker" />

/*
 * The program on the device: keeps the tablet's files, answers with them when
 * there is no network, and leaves everything else (data, tiles) to the page. A
 * new version waits until the page says that it may take over.
 */

export {} // a module: self below is its own

declare const self: ServiceWorkerGlobalScope
/** Every file of the tablet face, filled in by the build; a changed file has another name. */
declare const SHELL: readonly string[]
/** Changes with every build that changes a file. */
declare const VERSION: string

const PREFIX = 'wangge-tablet-'
const NAME = PREFIX + VERSION
const PAGE = '/tablet.html'
const shell = new Set(SHELL)

self.addEventListener('install', (event) => event.waitUntil(fill()))
self.addEventListener('activate', (event) => event.waitUntil(clean()))
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting()
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  const path = request.mode === 'navigate' && /^\/tablet(\/|$)/.test(url.pathname) ? PAGE : url.pathname
  if (shell.has(path)) event.respondWith(kept(path, request))
})

/** Takes what has not changed from the version before, and the rest from the server. */
async function fill(): Promise<void> {
  const cache = await caches.open(NAME)
  await Promise.all(
    SHELL.map(async (path) => {
      const old = path.startsWith('/assets/') ? await caches.match(path) : undefined
      if (old) return cache.put(path, old)
      const answer = await fetch(path === PAGE ? '/tablet' : path, { cache: 'no-cache' })
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      await cache.put(path, answer)
    }),
  )
}

async function clean(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)),
  )
  await self.clients.claim()
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME)
  return (await cache.match(path)) ?? fetch(request)
}
