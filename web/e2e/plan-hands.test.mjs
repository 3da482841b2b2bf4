// The plan editor without a mouse: every gesture by keyboard with a cursor that shows, and by finger.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, screenshot } from './lib/browser.mjs'
import * as planning from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

const { atRest, householdsOf, newPlan, openAs, openPlan, pixel, readGround, rowOf, saved } = planning
let server, browser, page, plan, ground
before(async () => {
  server = await startServer()
  browser = await launch()
  page = await openAs(browser, server, 'planner', '/planner')
  plan = await newPlan(page, '不用鼠标')
  await openPlan(page, plan)
  ground = await readGround(page, plan)
  await atRest(page)
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const steer = (place) => planning.steer(page, place)
/** A basic grid with a movable border, and the cell across it. */
function shared() {
  const { grid } = ground.grids.find(
    ({ kind, cells, grid: label }) => kind === 'basic' && cells > 8 && ground.borderOf(label),
  )
  return { label: grid, ...ground.borderOf(grid) }
}

test('the brush is put down, led and lifted by keys', async () => {
  const { label, mine, other } = shared()
  await rowOf(page, ground.nameOf(label)).click()
  await atRest(page)
  await page.keyboard.press('b')
  await steer(ground.at(mine))
  await page.keyboard.press('Enter')
  await page.locator('.hand-cursor.down').waitFor()
  await steer(ground.at(other))
  await page.locator('.stroke-card').waitFor()
  await screenshot(page, 'planner-keyboard')
  await page.keyboard.press('Enter')
  await saved(page)
  const before = ground.count(label)
  ground = await readGround(page, plan)
  assert.equal(ground.cells.now[other], label)
  assert.ok(ground.count(label) > before)
  assert.equal(await householdsOf(page, ground.nameOf(label)), ground.count(label))
  assert.deepEqual(await axe(page), [])
})

test('a border is taken, pulled and let go by keys; Escape gives it up', async () => {
  const { label, at, other } = shared()
  await rowOf(page, ground.nameOf(label)).click()
  await atRest(page)
  await page.keyboard.press('v')
  await steer(at)
  await page.keyboard.press('Enter')
  await steer(ground.at(other))
  await page.locator('.stroke-card').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.stroke-card').waitFor({ state: 'detached' })
  assert.equal((await readGround(page, plan)).version, ground.version, 'nothing was made of it')
  await steer(at)
  await page.keyboard.press('Enter')
  await steer(ground.at(other))
  await page.keyboard.press('Enter')
  await page.getByText(`版本 ${ground.version + 1}`).waitFor()
  await saved(page)
  const neighbour = ground.cells.now[other]
  const before = [ground.count(label), ground.count(neighbour)]
  ground = await readGround(page, plan)
  const now = [ground.count(label), ground.count(neighbour)]
  // Keys go round corners, so the border may have been pulled either way.
  assert.notEqual(now[0], before[0], 'the border has moved')
  assert.equal(now[0] + now[1], before[0] + before[1], 'no household is lost')
  assert.equal(await householdsOf(page, ground.nameOf(label)), now[0])
})

test('a line of two corners splits a grid', async () => {
  const { label } = shared()
  const mine = ground.of(label)
  const sides = (column) => {
    const values = mine.map((i) => ground.cells[column][i]).sort((a, b) => a - b)
    return [values[0], values[values.length >> 1], values.at(-1)]
  }
  const [[w, x, e], [s, y, n]] = [sides('x'), sides('y')]
  const line =
    e - w > n - s
      ? [
          [x, s - 3000],
          [x, n + 3000],
        ]
      : [
          [w - 3000, y],
          [e + 3000, y],
        ]
  await rowOf(page, ground.nameOf(label)).click()
  await atRest(page)
  await page.keyboard.press('s')
  for (const at of line) {
    await steer(ground.degrees(...at))
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Enter')
  await page.locator('.tool-bar .half').first().waitFor()
  await page.keyboard.press('Enter')
  await rowOf(page, '新网格1').waitFor()
  await saved(page)
  ground = await readGround(page, plan)
})

test('what a lasso holds becomes a special grid, which has no norm of households', async () => {
  const { label } = shared()
  const mine = ground.of(label)[0]
  await page.keyboard.press('Escape')
  await rowOf(page, ground.nameOf(label)).click()
  await atRest(page)
  await page.keyboard.press('l')
  const [x, y] = [ground.cells.x[mine], ground.cells.y[mine]]
  const around = [
    [x - 15000, y - 12000],
    [x + 15000, y - 12000],
    [x + 15000, y + 12000],
    [x - 15000, y + 12000],
  ]
  await steer(ground.degrees(...around[0]))
  await page.keyboard.press('Enter')
  for (const at of around.slice(1)) await steer(ground.degrees(...at))
  await page.keyboard.press('Enter')
  await page.getByText(/圈住 \d+ 个地块/).waitFor()
  await page.getByRole('button', { name: '设为专属网格' }).focus()
  await page.keyboard.press('Enter')
  await rowOf(page, '新网格2').waitFor()
  await saved(page)
  const { grids } = await readGround(page, plan)
  assert.equal(grids.find(({ name }) => name === '新网格2').kind, 'special')
  await page.locator('.plan-grid-card').getByText('专属网格').first().waitFor()
  assert.equal(await page.locator('.plan-grid-card').getByLabel('每格户数下限').count(), 0)
  await screenshot(page, 'planner-special')
})

test('two grids are merged, a grid is locked, a comment is begun by keys', async () => {
  ground = await readGround(page, plan)
  const special = ground.grids.find(({ name }) => name === '新网格2')
  const { label } = shared()
  await rowOf(page, ground.nameOf(label)).click()
  await atRest(page)
  await page.keyboard.press('m')
  await steer(ground.at(ground.of(special.grid)[0]))
  await page.keyboard.press('Enter')
  await page.getByText(`版本 ${ground.version + 1}`).waitFor()
  await saved(page)
  await page.keyboard.press('k')
  await steer(ground.at(ground.of(label)[0]))
  await page.keyboard.press('Enter')
  await page.locator('.plan-grid-card').getByRole('button', { name: '解锁' }).waitFor()
  await page.keyboard.press('n')
  await steer(ground.at(ground.of(label)[0]))
  await page.keyboard.press('Enter')
  await page.getByLabel('意见', { exact: true }).waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  await page.keyboard.press('Escape')
  await page.locator('.pin-form').waitFor({ state: 'detached' })
  assert.deepEqual(page.problems, [])
})

test('one finger draws, two move the map', async () => {
  const touch = await openAs(browser, server, 'planner', '/planner', { hasTouch: true })
  const fresh = await newPlan(touch, '用手指')
  await openPlan(touch, fresh)
  ground = await readGround(touch, fresh)
  const { label, mine, other } = shared()
  await rowOf(touch, ground.nameOf(label)).click()
  await atRest(touch)
  await touch.keyboard.press('b')
  const fingers = await touch.context().newCDPSession(touch)
  const send = (type, ...at) =>
    fingers.send('Input.dispatchTouchEvent', { type, touchPoints: at.map(([x, y], id) => ({ x, y, id })) })
  const [a, b] = [await pixel(touch, ground.at(mine)), await pixel(touch, ground.at(other))]
  const along = (share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
  const place = new URL(touch.url()).hash

  await send('touchStart', a)
  for (let i = 1; i <= 10; i++) await send('touchMove', along(i / 10))
  await touch.locator('.stroke-card').waitFor()
  await send('touchEnd')
  await touch.getByText(`版本 ${ground.version + 1}`).waitFor()
  await saved(touch)
  assert.equal(new URL(touch.url()).hash, place, 'the map stood still')
  ground = await readGround(touch, fresh)
  assert.equal(ground.cells.now[other], label)

  const apart = ([x, y]) => [x + 90, y]
  await send('touchStart', a)
  await send('touchStart', a, apart(a))
  for (let i = 1; i <= 10; i++) await send('touchMove', [a[0], a[1] - 12 * i], [a[0] + 90, a[1] - 12 * i])
  await send('touchEnd')
  await touch.waitForFunction((was) => location.hash !== was, place)
  assert.equal(await touch.locator('.stroke-card').count(), 0)
  assert.equal((await readGround(touch, fresh)).version, ground.version, 'nothing was drawn')
  assert.deepEqual(touch.problems, [])
  await touch.context().close()
})
