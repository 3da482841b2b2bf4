// The wall against a real server: what it shows, that it is live, what it does
// when the line breaks, and that it tells nothing of persons.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot, viewports } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'
import { uuid7 } from './lib/uuid.mjs'

const password = 'wangge-demo-2026'
let server, browser
before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function open(path = '/wall', options = {}) {
  const page = await openPage(browser, { baseURL: server.url, viewport: viewports.wall, ...options })
  await signIn(page, 'wall', password)
  // The tour would turn the page under a slow test; the one about it asks for it.
  await page.addInitScript((touring) => {
    localStorage.setItem('wangge.wall', JSON.stringify({ touring }))
  }, options.touring ?? false)
  await options.prepare?.(page)
  await page.goto(path)
  await mapReady(page)
  return page
}
const panel = (page, name) => page.getByRole('region', { name })
const live = (page) => page.getByText(/^实时 · /)

/** Records a visit by the grid leader in another browser's session; gives back the grid's name. */
async function recordVisit(met) {
  const context = await browser.newContext({ baseURL: server.url })
  const login = await context.request.post('/api/login', { data: { login: 'leader', password } })
  assert.equal(login.status(), 200)
  const { items } = await (await context.request.get('/api/buildings?limit=1')).json()
  const answer = await context.request.post('/api/visits', {
    headers: { 'Idempotency-Key': uuid7() },
    data: { id: uuid7(), building: items[0].id, kind: 'opinion', met, occurredAt: new Date().toISOString() },
  })
  assert.equal(answer.status(), 200, await answer.text())
  await context.close()
  return items[0].gridName
}

test('the street in numbers, on a map, with what happens; nothing to object to', async () => {
  const page = await open()
  await live(page).waitFor()
  await page.getByRole('heading', { level: 1, name: /街道.*指挥中心/ }).waitFor()
  const figures = panel(page, '今日概况')
  await figures.getByText(/数据截至 \d\d:\d\d/).waitFor()
  for (const name of ['网格', '党支部', '党员', '党员中心户', '空白点', '今日走访', '未结事件', '在岗队伍'])
    assert.match(await figures.locator('div', { hasText: name }).first().innerText(), /\d/, name)
  assert.equal(await panel(page, '社区对比').getByRole('row').count(), 1 + 8)
  assert.equal(await panel(page, '党员年龄结构').getByRole('rowheader').count(), 6)
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
  await screenshot(page, 'wall')
  await page.context().close()
})

test('nothing of persons is asked for or shown', async () => {
  const asked = []
  const page = await open('/wall', {
    prepare: (page) => page.on('request', (request) => asked.push(new URL(request.url()).pathname)),
  })
  await live(page).waitFor()
  for (const noun of ['households', 'members', 'visits', 'incidents'])
    assert.ok(!asked.includes(`/api/${noun}`), noun)
  const text = await page.locator('.wall').innerText()
  assert.doesNotMatch(text, /\d{3,4}\s*室|1[3-9]\d{9}|\d{17}[\dX]/)
  await page.context().close()
})

test('a visit recorded elsewhere is on the wall without a reload', async () => {
  const page = await open('/wall?page=visits')
  await live(page).waitFor()
  const grid = await recordVisit('refused')
  const first = panel(page, '走访动态').getByRole('listitem').first()
  await first.filter({ hasText: '民意收集' }).filter({ hasText: '婉拒' }).waitFor({ timeout: 5000 })
  assert.match(await first.innerText(), new RegExp(grid))
  await page.context().close()
})

test('a broken line is told in seconds, then the map greys; it comes back without a reload', async () => {
  const page = await open('/wall', { prepare: (page) => page.clock.install() })
  await live(page).waitFor()
  await page.waitForLoadState('networkidle') // the map has its tiles
  await page.evaluate(() => (window.sameDocument = true))
  await page.context().setOffline(true)
  await page.clock.runFor(12_000)
  await page
    .getByText(/^数据停滞 \d+ 秒$/)
    .first()
    .waitFor()
  assert.deepEqual(await axe(page), [])
  await page.clock.runFor(50_000)
  await page
    .getByText(/^连接中断 \d+ 秒/)
    .first()
    .waitFor()
  await page.getByText('连接中断 · 地图为最后数据').waitFor()
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'wall-disconnected')
  const shown = await panel(page, '社区对比').getByRole('row').count()
  assert.equal(shown, 1 + 8, 'the last data stays')

  const grid = await recordVisit('nobody')
  const tile = page.waitForResponse(/\/tiles\/grid\//, { timeout: 30_000 })
  await page.context().setOffline(false)
  await live(page).waitFor({ timeout: 30_000 })
  const feed = panel(page, '走访动态').getByRole('listitem')
  await feed.first().filter({ hasText: '无人' }).filter({ hasText: grid }).waitFor()
  assert.equal(await page.evaluate(() => window.sameDocument), true)
  assert.ok((await tile).ok(), 'tiles that may have failed are asked for again')
  await page.context().close()
})

test('scenes change by keyboard and stay over a reload', async () => {
  const page = await open()
  await page.getByRole('tab', { name: '总览' }).focus()
  await page.keyboard.press('ArrowLeft')
  await panel(page, '队伍状态').getByRole('row').nth(1).waitFor()
  assert.equal(new URL(page.url()).searchParams.get('page'), 'teams')
  assert.deepEqual(await axe(page), [])
  await page.reload()
  await page.getByRole('tab', { name: '力量', selected: true }).waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a panel that cannot be counted says so, the others go on', async () => {
  const page = await open('/wall', {
    prepare: (page) =>
      page.route('**/api/board', (route) =>
        route.fulfill({
          status: 500,
          contentType: 'application/problem+json',
          body: '{"status":500,"code":"internal"}',
        }),
      ),
  })
  await live(page).waitFor()
  await panel(page, '社区对比')
    .getByText(/^暂不可用/)
    .waitFor()
  await panel(page, '事件动态').getByRole('listitem').first().waitFor()
  assert.deepEqual(await axe(page), [])
  await page.context().close()
})

/** Reports an incident by the grid leader in another browser's session; gives back the names of its grid and class. */
async function reportIncident(urgency) {
  const context = await browser.newContext({ baseURL: server.url })
  const login = await context.request.post('/api/login', { data: { login: 'leader', password } })
  assert.equal(login.status(), 200)
  const { items } = await (await context.request.get('/api/buildings?limit=1')).json()
  const classes = await (await context.request.get('/api/incident-classes')).json()
  const one = classes.find(({ parent, private: hidden }) => parent && !hidden)
  const answer = await context.request.post('/api/incidents', {
    headers: { 'Idempotency-Key': uuid7() },
    data: {
      id: uuid7(),
      building: items[0].id,
      class: one.code,
      urgency,
      occurredAt: new Date().toISOString(),
    },
  })
  assert.equal(answer.status(), 200, await answer.text())
  await context.close()
  return { grid: items[0].gridName, name: one.name }
}

test('an urgent incident cannot be missed, is shown in its place once, and goes', async () => {
  const page = await open('/wall?page=teams')
  await live(page).waitFor()
  const { grid, name } = await reportIncident('urgent')
  const alert = page.getByRole('alert').filter({ hasText: '紧急事件' })
  await alert.filter({ hasText: name }).filter({ hasText: grid }).waitFor({ timeout: 60_000 })
  await page.getByRole('tab', { name: '事件', selected: true }).waitFor()
  await page.waitForFunction(() => Number(/^#[\d.-]+,[\d.-]+,([\d.]+)/.exec(location.hash)?.[1]) > 16)
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'wall-alert')
  await alert.getByRole('button', { name: '已看到' }).click()
  await alert.waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: '力量', selected: true }).waitFor()
  await page.reload()
  await live(page).waitFor()
  await mapReady(page)
  await page.getByRole('tab', { name: '力量', selected: true }).waitFor()
  await page.context().close()
})

test('the tour goes on by itself, and stops for whoever chooses a scene', async () => {
  const page = await open('/wall', {
    touring: true,
    prepare: async (page) => {
      // What other tests reported has been seen: it would stop the tour.
      const { incidents } = await (await page.request.get('/api/snapshot')).json()
      const ids = JSON.stringify(incidents.map(({ id }) => id))
      await page.addInitScript((ids) => localStorage.setItem('wangge.wall.seen', ids), ids)
      await page.clock.install()
    },
  })
  await page.getByRole('tab', { name: '总览', selected: true }).waitFor()
  await page.clock.runFor(30_500)
  await page.getByRole('tab', { name: '走访', selected: true }).waitFor()
  await page.getByRole('tab', { name: '事件' }).click()
  await page.clock.runFor(61_000)
  await page.getByRole('tab', { name: '事件', selected: true }).waitFor()
  await page.context().close()
})

test('a lost graphics context comes back by itself', async () => {
  const page = await open()
  await live(page).waitFor()
  await page.evaluate(async () => {
    const canvas = document.querySelector('canvas.maplibregl-canvas')
    const extension = canvas.getContext('webgl2').getExtension('WEBGL_lose_context')
    const heard = (type) => new Promise((done) => canvas.addEventListener(type, done, { once: true }))
    const lost = heard('webglcontextlost')
    extension.loseContext()
    await lost
    const restored = heard('webglcontextrestored')
    // It may be restored only when everybody has heard that it was lost.
    setTimeout(() => extension.restoreContext())
    await restored
  })
  await mapReady(page)
  assert.equal(await page.locator('canvas.maplibregl-canvas').count(), 1)
  await page.getByRole('tab', { name: '走访' }).click()
  await panel(page, '走访动态').waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})
