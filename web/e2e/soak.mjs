// A day at sixty times its pace: `node e2e/soak.mjs MINUTES`. The demo street
// with everybody at work and a wall that shows it; memory of the server and of
// the wall is looked at every ten seconds and must have stopped growing after the
// first third. Exits 1 when it has not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { launch, mapReady, openPage, viewports } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

const minutes = Number(process.argv[2] ?? 30)
const every = 10_000
const binary = process.env.WANGGE_BIN ?? join(import.meta.dirname, '../../bin/wangge')
const password = 'wangge-demo-2026'

/** Memory of a process in use, in MB. */
const resident = (pid) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/** Prints a row of samples as one figure; false when it still grows. */
function flat(name, samples, unit) {
  const third = Math.floor(samples.length / 3)
  const before = median(samples.slice(third, 2 * third))
  const after = median(samples.slice(2 * third))
  const growth = after / before
  const ok = growth <= 1.1
  console.log(
    `figure  ${name.padEnd(52)} ${growth.toFixed(3).padStart(10)} x    ≤ 1.1      ${ok ? 'ok' : 'missed'}  (${before.toFixed(1)} → ${after.toFixed(1)} ${unit}, most ${Math.max(...samples).toFixed(1)})`,
  )
  return ok
}

const server = await startServer()
const play = spawn(
  binary,
  ['simulate', '-url', server.url, '-logins', server.logins, '-pace', '60', '-steady'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
let said = ''
play.stdout.on('data', (chunk) => (said += chunk))
const browser = await launch()
let good = true
try {
  const page = await openPage(browser, { baseURL: server.url, viewport: viewports.wall })
  await signIn(page, 'wall', password)
  await page.goto('/wall')
  await mapReady(page)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  await devtools.send('Performance.enable')
  const heap = []
  const nodes = []
  const memory = []
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(every)) {
    await devtools.send('HeapProfiler.collectGarbage')
    const { metrics } = await devtools.send('Performance.getMetrics')
    const metric = (name) => metrics.find((one) => one.name === name).value
    heap.push(metric('JSHeapUsedSize') / 2 ** 20)
    nodes.push(metric('Nodes'))
    memory.push(resident(server.pid()))
    if (play.exitCode !== null) throw new Error(`the simulation ended early: ${said}`)
  }
  good = flat('server, memory, a day at x60', memory, 'MB') && good
  good = flat('wall, heap after collection, a day at x60', heap, 'MB') && good
  good = flat('wall, nodes of the page, a day at x60', nodes, 'nodes') && good
  if (page.problems.length) {
    console.log(`the wall complains: ${page.problems.slice(0, 5).join('\n')}`)
    good = false
  }
} finally {
  await browser.close()
  const ended = once(play, 'exit')
  if (play.exitCode === null) {
    play.kill('SIGTERM')
    await ended
  }
  console.log(said.trim())
  await server.close()
}
process.exitCode = good ? 0 : 1
