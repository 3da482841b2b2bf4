// What holds without any data: each face draws a map, obeys the policy, asks no
// other host, can be worked by keyboard, and keeps its place over a reload.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, smallTargets } from './lib/axe.mjs'
import { launch, mapReady, openPage, viewports } from './lib/browser.mjs'
import { serveDist } from './lib/static.mjs'

const config = { name: '红旗街道', version: 'test', demo: true, logins: [], baseMaps: [] }
let server, browser
before(async () => {
  server = await serveDist({
    '/api/config': config,
    '/api/login': { status: 401, code: 'unauthenticated', detail: '账号或密码不对' },
  })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function open(path, options) {
  const page = await openPage(browser, { baseURL: server.url, ...options })
  await page.goto(path)
  return page
}

for (const face of ['tablet', 'wall', 'planner', 'desk']) {
  test(`${face}: the map stands, nothing is refused, nothing goes out, axe finds nothing`, async () => {
    const page = await open(`/${face}`, { viewport: viewports[face] ?? viewports.desk })
    await mapReady(page)
    assert.deepEqual(await axe(page), [])
    assert.deepEqual(page.problems, [])
    await page.context().close()
  })
}

test('a place survives reload and moves with the keyboard', async () => {
  const page = await open('/planner#121.50000,31.20000,15.00/grid/4', { reducedMotion: 'reduce' })
  await mapReady(page)
  await page.locator('.maplibregl-canvas').focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => !location.hash.startsWith('#121.50000'))
  const moved = new URL(page.url()).hash
  assert.match(moved, /^#121\.50\d{3},31\.20000,15\.00\/grid\/4$/)
  await page.reload()
  await mapReady(page)
  assert.equal(new URL(page.url()).hash, moved)
  await page.context().close()
})

test('Escape on the map lets the selection go', async () => {
  const page = await open('/planner#121.50000,31.20000,15.00/grid/4')
  await mapReady(page)
  await page.locator('.maplibregl-canvas').focus()
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => location.hash === '#121.50000,31.20000,15.00')
  await page.context().close()
})

test('the tablet has no target under 44 pixels', async () => {
  const page = await open('/tablet', { viewport: viewports.tablet, hasTouch: true })
  await mapReady(page)
  assert.deepEqual(await smallTargets(page, 44), [])
  await page.context().close()
})

for (const size of ['normal', 'huge']) {
  test(`login at text size ${size}: no finding, a refusal is told, the name is kept`, async () => {
    const page = await open('/login', { viewport: viewports.upright })
    await page.evaluate((size) => localStorage.setItem('wangge.textSize', size), size)
    await page.reload()
    await page.getByLabel('账号').fill('somebody')
    await page.getByLabel('密码', { exact: false }).first().fill('wrong')
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: '账号或密码不对' }).waitFor()
    assert.equal(await page.getByLabel('账号').inputValue(), 'somebody')
    assert.deepEqual(await axe(page), [])
    assert.deepEqual(page.problems, [])
    await page.context().close()
  })
}

test('the language can be changed and stays', async () => {
  const page = await open('/login')
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.context().close()
})
