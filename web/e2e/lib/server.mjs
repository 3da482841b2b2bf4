import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { cpSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { scratch } from './browser.mjs'

const binary = process.env.WANGGE_BIN ?? join(import.meta.dirname, '../../../bin/wangge')
const PATIENCE = 240_000 // milliseconds: the first start fills a database

/** A port that is free now. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

async function answers(url) {
  const response = await fetch(`${url}/api/config`, { signal: AbortSignal.timeout(2000) }).catch(
    () => undefined,
  )
  return response?.ok ?? false
}

/** The files of a filled demo besides its database, and the database itself, copied. */
async function copyOf(filled, folder) {
  for (const name of readdirSync(filled)) {
    if (name !== 'pg') cpSync(join(filled, name), join(folder, name), { recursive: true })
  }
  await promisify(execFile)(binary, ['devdb', '-dir', join(folder, 'pg'), 'copy', join(filled, 'pg')])
}

/** Fills a demo for others to copy, and gives its folder. */
export async function fillOnce() {
  const folder = scratch()
  await promisify(execFile)(binary, ['demo', '--dir', folder, '--fill-only'])
  return folder
}

/** Removes a demo's folder and its database. */
export async function discard(folder) {
  await promisify(execFile)(binary, ['devdb', '-dir', join(folder, 'pg'), 'remove'])
  rmSync(folder, { recursive: true, force: true })
}

/**
 * A real server with the demo street in a database of its own. With
 * WANGGE_E2E_URL a server that already runs is used and left alone. `kill`
 * ends it without a goodbye, `start` brings it back with the same data. `clock`
 * is the time the server begins at; it runs on from there. Where a filled demo
 * stands ready (WANGGE_E2E_FILLED) the database is a copy of it, unless the clock
 * is another.
 */
export async function startServer({ clock = '' } = {}) {
  const given = process.env.WANGGE_E2E_URL
  const nothing = async () => {}
  if (given) return { url: given, given: true, kill: nothing, start: nothing, close: nothing }

  const folder = scratch()
  const filled = process.env.WANGGE_E2E_FILLED
  if (filled && !clock) await copyOf(filled, folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let running

  async function start({ clock: from = clock } = {}) {
    const log = []
    const child = spawn(
      binary,
      [
        'demo',
        '--dir',
        folder,
        '--addr',
        `127.0.0.1:${port}`,
        '--pace',
        '0',
        ...(from ? ['--clock', from] : []),
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    running = child
    child.on('error', (error) => log.push(String(error)))
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(String(chunk)))
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(100)) {
      if (await answers(url)) return
      if (child.exitCode !== null || log.some((line) => line.includes('ENOENT'))) break
    }
    throw new Error(`the server did not start:\n${log.join('').slice(-4000)}`)
  }
  async function end(signal) {
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }

  await start()
  return {
    url,
    given: false,
    pid: () => running.pid,
    /** The accounts of those who play its simulated day. */
    logins: join(folder, 'demo/logins.json'),
    kill: () => end('SIGKILL'),
    start,
    /** Runs SQL as whoever owns the database: for what no page can do. */
    async sql(text) {
      const { port, user, password } = JSON.parse(readFileSync(join(folder, 'pg/cluster.json'), 'utf8'))
      const where = [
        '-h',
        '127.0.0.1',
        '-p',
        `${port}`,
        '-U',
        user,
        '-d',
        'wangge_street',
        '-v',
        'ON_ERROR_STOP=1',
      ]
      const run = promisify(execFile)('psql', [...where, '-qtAc', text], {
        env: { ...process.env, PGPASSWORD: password },
      })
      return (await run).stdout.trim()
    },
    async close() {
      await end('SIGTERM')
      await discard(folder)
    },
  }
}

/** Signs the page's profile in. The demo prints one login per role; tests know them too. */
export async function signIn(page, login, password) {
  const response = await page.request.post('/api/login', { data: { login, password } })
  if (!response.ok()) throw new Error(`sign-in of ${login}: status ${response.status()}`)
}
