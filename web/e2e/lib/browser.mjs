import { chromium } from 'playwright-core'
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Chromium draws maps in software here, so that tests need no graphics card. */
const flags = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser to test with: WANGGE_CHROMIUM, else Debian's. */
function executable() {
  const found = [process.env.WANGGE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser']
  const path = found.find((candidate) => candidate && existsSync(candidate))
  if (!path) throw new Error('no Chromium found: apt-get install chromium, or set WANGGE_CHROMIUM')
  return path
}

/** Sizes that tests use; software drawing is too slow for larger maps. */
export const viewports = {
  tablet: { width: 1280, height: 800 },
  upright: { width: 800, height: 1280 },
  desk: { width: 1280, height: 800 },
  wall: { width: 1280, height: 720 },
}

/** A microphone that hums, allowed without asking. */
export const microphone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** Starts one browser for a test file; close it with browser.close(). */
export function launch(more = []) {
  return chromium.launch({ executablePath: executable(), headless: true, args: [...flags, ...more] })
}

/**
 * Opens a page in a profile of its own. `page.problems` collects what must
 * stay empty: uncaught errors, console errors, breaches of the page's policy
 * and requests to other hosts.
 */
export async function openPage(browser, { viewport = viewports.desk, baseURL, ...options } = {}) {
  const context = await browser.newContext({
    viewport,
    baseURL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patience(15_000))
  const problems = []
  const own = new URL(baseURL).host
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    // Failed requests are reported by what the page shows, not by the console.
    const text = message.text()
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      problems.push(`console: ${text}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== own) problems.push(`outside request: ${url}`)
  })
  page.problems = problems
  return page
}

/** Starts a browser with a profile that outlives it: what a device keeps is there again at the next start. */
export function launchProfile(folder, { viewport = viewports.tablet, baseURL, more = [] } = {}) {
  return chromium.launchPersistentContext(folder, {
    executablePath: executable(),
    headless: true,
    args: [...flags, ...more],
    viewport,
    baseURL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
}

/** Waits until the map may be used: loaded, layers mounted, no tile on the way. Not `idle`: live data may keep it busy. */
export function mapReady(page) {
  return page
    .locator('[data-map-ready=yes]')
    .first()
    .waitFor({ timeout: patience(30_000) })
}

/** Saves a picture: of the docs when WANGGE_SCREENSHOTS names a folder, else beside the test's output. */
export async function screenshot(page, name, options = {}) {
  const folder = process.env.WANGGE_SCREENSHOTS ?? join(import.meta.dirname, '../.out')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, ...options })
  return path
}

/** So many milliseconds on a machine of its own, and more on one that others use too. */
export const patience = (ms) => ms * Math.max(1, loadavg()[0] / cpus().length)

/** An empty folder for a test, in the system's place for such. */
export const scratch = () => mkdtempSync(join(tmpdir(), 'wangge-e2e-'))
