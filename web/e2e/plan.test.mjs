// Redrawing against a real server: a border dragged with the mouse, undone, a grid split, and the plan's way
// from the planner's desk to the day it takes effect.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, screenshot } from './lib/browser.mjs'
import * as planning from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

let server, browser, page, plan, ground, dragged
before(async () => {
  server = await startServer()
  browser = await launch()
  page = await openAs('planner', '/planner?page=plans')
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const openAs = (login, path) => planning.openAs(browser, server, login, path)
const ask = (path, from = page) => planning.ask(from, path)
const saved = () => planning.saved(page)
const pixel = (place) => planning.pixel(page, place)
const rowOf = (name) => planning.rowOf(page, name)
const householdsOf = (name) => planning.householdsOf(page, name)
const degrees = (x, y) => ground.degrees(x, y)
const count = (label, column) => ground.count(label, column)
const borderOf = (label) => ground.borderOf(label)
const nameOf = (label) => ground.nameOf(label)
async function readGround() {
  ground = await planning.readGround(page, plan)
}

test('a plan begins with the grids of today', async () => {
  await page.getByRole('button', { name: '新建方案' }).click()
  await page.getByLabel('方案名称').fill('绿地片区微调')
  const boxes = page.locator('.plan-new fieldset input')
  for (let i = 1; i < (await boxes.count()); i++) await boxes.nth(i).uncheck()
  await page.getByRole('button', { name: '建立方案' }).click()
  await page.waitForURL(/page=plan-\d+/)
  plan = Number(/plan-(\d+)/.exec(page.url())[1])
  await mapReady(page)
  await page.getByRole('grid', { name: '方案里的网格' }).waitFor()
  await readGround()
  await page.getByRole('button', { name: '提交审批' }).waitFor()
  assert.equal(await page.getByText('草稿', { exact: true }).count(), 1)
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
})

test('a shared border follows the mouse; the numbers follow it before and after release', async () => {
  const incidents = await ask('/api/incidents?limit=500')
  const busy = (label) => incidents.items.filter(({ grid }) => grid === label).length
  const basic = ground.grids.filter(
    ({ kind, cells, grid }) => kind === 'basic' && cells > 8 && borderOf(grid),
  )
  const label = basic.sort((a, b) => busy(b.grid) - busy(a.grid))[0].grid
  const spot = borderOf(label)
  const other = ground.cells.now[spot.other]
  dragged = { label, other, before: [count(label), count(other)] }
  await rowOf(nameOf(label)).click()
  await page.locator('.plan-grid-card').waitFor()
  await page.waitForTimeout(800) // the map comes to rest; its address is written after
  await page.keyboard.press('v')
  const [x, y] = await pixel(spot.at)
  const [tx, ty] = await pixel(degrees(ground.cells.x[spot.other], ground.cells.y[spot.other]))
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(tx, ty, { steps: 60 })
  await page.locator('.stroke-card').waitFor()
  const said = (await page.locator('.stroke-card tbody tr').allInnerTexts()).map((row) => row.split(/\s+/))
  await screenshot(page, 'planner-border')
  await page.mouse.up()
  await saved()
  await readGround()
  const now = [count(label), count(other)]
  assert.equal(now[0] + now[1], dragged.before[0] + dragged.before[1], 'no household is lost')
  assert.ok(now[0] > dragged.before[0], 'the grid has grown')
  for (const [i, one] of [label, other].entries()) {
    const row = said.find(([name]) => name === nameOf(one))
    assert.equal(Number(row[1].replaceAll(',', '')), now[i], 'counts before release are those after it')
    assert.equal(await householdsOf(nameOf(one)), now[i])
  }
  const events = await page.evaluate(() =>
    performance.getEntriesByName('plan-drag').map(({ duration }) => duration),
  )
  const sorted = events.sort((a, b) => a - b)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1]
  console.log(
    `border drag: ${events.length} events, median ${sorted[sorted.length >> 1].toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`,
  )
  assert.ok(p95 < 50, `an event of the drag took ${p95} ms`)
})

test('impact says who gains what; undo and redo go back and forth', async () => {
  await page.getByRole('tab', { name: '影响' }).click()
  await page.getByRole('heading', { name: '从哪格到哪格' }).waitFor()
  assert.ok((await ask(`/api/plans/${plan}/impact`)).cells > 0)
  await screenshot(page, 'planner-impact')
  assert.deepEqual(await axe(page), [])
  await page.getByRole('tab', { name: /^网格/ }).click()
  for (const [key, back] of [
    ['Control+z', true],
    ['Control+y', false],
    ['Control+z', true],
  ]) {
    const version = await page.locator('.plan-foot').getByText(/^版本/).innerText()
    await page.keyboard.press(key)
    await page.waitForFunction(
      (was) => !document.querySelector('.plan-foot').innerText.includes(was),
      version,
    )
    await saved()
    assert.equal((await householdsOf(nameOf(dragged.label))) === dragged.before[0], back)
  }
})

test('a line splits a grid after both halves were shown; its branch is asked for', async () => {
  await page.keyboard.press('s')
  const mine = ground.cells.now.flatMap((now, i) => (now === dragged.label ? [i] : []))
  const xs = mine.map((i) => ground.cells.x[i])
  const ys = mine.map((i) => ground.cells.y[i])
  const [w, e, s, n] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const middle = [...(e - w > n - s ? xs : ys)].sort((a, b) => a - b)[mine.length >> 1]
  const line =
    e - w > n - s
      ? [
          [middle, s - 3000],
          [middle, n + 3000],
        ]
      : [
          [w - 3000, middle],
          [e + 3000, middle],
        ]
  for (const at of line) await page.mouse.click(...(await pixel(degrees(...at))))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '拆分', exact: true }).last().waitFor()
  await page.locator('.tool-bar .half').first().waitFor()
  await screenshot(page, 'planner-split')
  await page.keyboard.press('Enter')
  await rowOf('新网格1').waitFor()
  await saved()
  const bare = () => page.locator('.plan-checks').getByText(/新网格1.*没有党支部/)
  await page.getByRole('tab', { name: /^检查/ }).click()
  await bare().waitFor()
  await page.getByRole('tab', { name: /^网格/ }).click()
  await rowOf('新网格1').click()
  await page.locator('.plan-grid-card').getByLabel('网格党支部').selectOption({ label: '新建党支部' })
  await page.locator('.plan-grid-card').getByRole('button', { name: '保存' }).click()
  await page.getByRole('tab', { name: /^检查/ }).click()
  await bare().waitFor({ state: 'detached' })
  await saved()
  await screenshot(page, 'planner-checks')
  assert.deepEqual(await axe(page), [])
})

test('a locked grid refuses in words', async () => {
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: /^网格/ }).click()
  await rowOf(nameOf(dragged.other)).click()
  await page.locator('.plan-grid-card').getByRole('button', { name: '锁定' }).click()
  await page.locator('.plan-grid-card').getByRole('button', { name: '解锁' }).waitFor()
  await saved()
  await readGround()
  await page.waitForTimeout(800) // the map comes to rest
  await page.keyboard.press('b')
  const locked = ground.cells.now.indexOf(dragged.other)
  await page.mouse.move(...(await pixel(degrees(ground.cells.x[locked], ground.cells.y[locked]))))
  await page.mouse.down()
  await page.mouse.up()
  await page.getByText(/已锁定，地块不能进出/).waitFor()
  await page.keyboard.press('h')
  await page.locator('.plan-grid-card').getByRole('button', { name: '解锁' }).click()
  await page.locator('.plan-grid-card').getByRole('button', { name: '锁定' }).waitFor()
  await saved()
})

test('a gesture of somebody else is followed when it is elsewhere', async () => {
  const { version } = await ask(`/api/plans/${plan}`)
  const foreign = await openAs('party', '/desk')
  const cell =
    ground.cells.id[
      ground.cells.now.findIndex((now) => now !== dragged.label && now > 0 && now !== dragged.other)
    ]
  const response = await foreign.request.post(`/api/plans/${plan}/ops`, {
    headers: { 'Idempotency-Key': crypto.randomUUID(), Origin: server.url },
    data: { version, kind: 'erase', cells: [cell] },
  })
  assert.ok(response.ok(), await response.text())
  await foreign.context().close()
  await rowOf('新网格1').click()
  await page.locator('.plan-grid-card').getByLabel('户数下限').fill('10')
  await page.locator('.plan-grid-card').getByRole('button', { name: '保存' }).click()
  await saved()
  await readGround()
  assert.equal(ground.cells.now[ground.cells.id.indexOf(cell)], 0, 'their gesture stands')
  assert.equal(ground.grids.find(({ name }) => name === '新网格1').low, 10, 'and so does ours')
  await page.getByRole('tab', { name: /^检查/ }).click()
  await page.locator('.plan-checks li', { hasText: '没有网格' }).getByRole('button', { name: '修复' }).click()
  await page.locator('.plan-checks li', { hasText: '没有网格' }).waitFor({ state: 'detached' })
  await saved()
})

test('plans stand side by side with today on one card', async () => {
  await page.getByRole('tab', { name: '对比' }).click()
  await page
    .getByRole('cell', { name: '留在原网格的户' })
    .or(page.getByText('留在原网格的户'))
    .first()
    .waitFor()
  await screenshot(page, 'planner-compare')
  assert.deepEqual(await axe(page), [])
})

test('submitted by one, approved by another, published: what lies there follows', async () => {
  await page.getByRole('button', { name: '提交审批' }).click()
  const dialog = page.locator('.plan-steps dialog[open]')
  await dialog.getByText('到时移交').waitFor()
  await dialog.getByRole('button', { name: '提交审批' }).click()
  await page.getByText('已提交', { exact: true }).waitFor()
  assert.equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0, 'not by the author')

  const party = await openAs('party', `/planner?page=plan-${plan}`)
  await mapReady(party)
  const open = party.locator('.plan-steps dialog[open]')
  await party.getByRole('button', { name: '批准', exact: true }).click()
  await open.getByText('到时移交').waitFor()
  await open.getByRole('button', { name: '批准', exact: true }).click()
  await party.getByRole('button', { name: '公布', exact: true }).click()
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
  await open.getByLabel('生效日期').fill(today)
  await open.getByText('到时移交').waitFor()
  await screenshot(party, 'planner-publish')
  const impact = await ask(`/api/plans/${plan}/impact`, party)
  await open.getByRole('button', { name: '公布', exact: true }).click()
  await party
    .getByText(/已生效|待生效/)
    .first()
    .waitFor()

  const grids = await ask('/api/grids?limit=500', party)
  const fresh = grids.items.find(({ name }) => name === '新网格1')
  assert.ok(fresh, 'the new grid is official')
  // What happened keeps the grid it happened in; whose matter it is goes by the grid of today.
  const moved = impact.handOver.filter(({ noun, to }) => noun === 'incident' && to < 0)
  for (const { id, from } of moved)
    assert.equal((await ask(`/api/incidents/${id}`, party)).grid, from, 'the record stays')
  const { items } = await ask(`/api/buildings?grid=${fresh.id}&limit=500`, party)
  assert.equal(items.length, impact.flows.find(({ to }) => to < 0).buildings)
  const stays = await ask(`/api/buildings/${items[0].id}/grids`, party)
  assert.ok(
    stays.some(({ grid, until, struck }) => grid === fresh.id && !until && !struck),
    'its buildings lie there now',
  )
  console.log(`published: ${impact.cells} cells, ${moved.length} open incidents of the new grid`)
  assert.deepEqual(party.problems, [])
  await party.context().close()
  await page.getByRole('button', { name: '划分方案' }).first().click()
  await page.getByRole('radio', { name: '全部' }).check({ force: true })
  await page.getByText('绿地片区微调').first().waitFor()
  await screenshot(page, 'planner-plans')
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
})
