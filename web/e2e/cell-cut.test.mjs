// Cutting a cell: both pieces are shown before anything is cut, every open draft follows without losing a stroke,
// the cut can be joined again, and a line that does not cut is refused in words.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, screenshot } from './lib/browser.mjs'
import * as planning from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

const { ask, atRest, newPlan, openAs, openPlan, pixel, readGround, rowOf, saved, steer, tell } = planning
let server, browser, one, two, plan, ground, lot
before(async () => {
  server = await startServer()
  browser = await launch()
  one = await openAs(browser, server, 'planner', '/planner')
  two = await openAs(browser, server, 'party', '/planner')
  plan = await newPlan(one, '切开空地')
  await Promise.all([openPlan(one, plan), openPlan(two, plan)])
  ground = await readGround(one, plan)
  lot = await emptyLot()
  await Promise.all([atRest(one), atRest(two)])
})
after(async () => {
  await browser?.close()
  await server?.close()
})

/** The box of a cell in units of the ground: west, south, east, north. */
function boxOf(place) {
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  ground.arcs.left.forEach((left, arc) => {
    if (left - 1 !== place && ground.arcs.right[arc] - 1 !== place) return
    let [x, y] = [0, 0]
    const steps = ground.arcs.points[arc]
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i]
      y += steps[i + 1]
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    }
  })
  return box
}
/** Roomy ground of a grid and a line that cuts it, empty ground first: asked of the server, as the page does. */
async function emptyLot() {
  const { cells } = ground
  const roomy = (place) => cells.area2[place] - (cells.buildings[place] ? 1e12 : 0)
  const lots = cells.id
    .map((_, place) => place)
    .filter((place) => cells.now[place])
    .sort((a, b) => roomy(b) - roomy(a))
  for (const place of lots.slice(0, 40)) {
    const [west, south, east, north] = boxOf(place)
    for (const share of [0.5, 0.3, 0.7, 0.15, 0.85]) {
      const [x, y] = [west + share * (east - west), south + share * (north - south)]
      const across = [
        [x, south - 500],
        [x, north + 500],
      ]
      const along = [
        [west - 500, y],
        [east + 500, y],
      ]
      for (const way of [across, along]) {
        const line = way.map((at) => ground.degrees(...at))
        const answer = await one.request.post(`/api/cells/${cells.id[place]}/cut`, {
          headers: { Origin: new URL(one.url()).origin },
          data: { line, preview: true },
        })
        if (!answer.ok()) continue
        const { pieces } = await answer.json()
        // The line the page would make of these two corners must mean this cell too.
        if (pieces.every(({ area }) => area > 60)) return { place, id: cells.id[place], line }
      }
    }
  }
  throw new Error('no ground can be cut')
}
const click = async (page, at) => page.mouse.click(...(await pixel(page, at)))
/** Looks at a lot closely: the empty ground fills a good part of the map. */
async function lookAt(page, place, zoom = 17.2) {
  const [lng, lat] = ground.at(place)
  await page.evaluate(
    ([x, y, zoom]) => (location.hash = location.hash.replace(/^#[^/]*/, `#${x},${y},${zoom}`)),
    [lng, lat, zoom],
  )
  await atRest(page)
}

test('both pieces are shown with the second corner, and Enter cuts', async () => {
  await lookAt(one, lot.place)
  await one.keyboard.press('x')
  for (const at of lot.line) await click(one, at)
  await one.locator('.cut-bar .piece').nth(1).waitFor()
  assert.equal((await readGround(one, plan)).cells.id.length, ground.cells.id.length, 'nothing is cut yet')
  await screenshot(one, 'planner-cut')
  assert.deepEqual(await axe(one), [])
  await one.keyboard.press('Enter')
  await one.getByText('已切开；').waitFor()
  const now = await readGround(one, plan)
  assert.equal(now.cells.id.length, ground.cells.id.length + 1)
  assert.ok(!now.cells.id.includes(lot.id))
  const fresh = now.cells.id.flatMap((id, i) => (ground.cells.id.includes(id) ? [] : [i]))
  assert.equal(fresh.length, 2)
  for (const i of fresh)
    assert.equal(now.cells.now[i], ground.cells.now[lot.place], 'both are where the whole was')
  const area = fresh.reduce((sum, i) => sum + now.cells.area2[i], 0)
  assert.ok(Math.abs(area - ground.cells.area2[lot.place]) < 2e5, 'no ground is lost')
  assert.deepEqual(one.problems, [])
})

test('the other planner has the new ground without a reload; Ctrl+Z joins the pieces', async () => {
  await two.getByText(`版本 ${ground.version + 1}`).waitFor()
  await two
    .locator('.presence-bar [role=status]')
    .getByText(/切开地块/)
    .waitFor()
  await one.keyboard.press('Control+z')
  await two.getByText(`版本 ${ground.version + 2}`).waitFor()
  ground = await readGround(one, plan)
  lot = await emptyLot()
})

test('a stroke under way while somebody else cuts what it passed over is not lost', async () => {
  const { left, right, length } = ground.arcs
  const { now, community } = ground.cells
  // A grid next door grows over the lot.
  const doors = left
    .map((l, arc) => [l - 1, right[arc] - 1, length[arc]])
    .filter(([a, b]) => a === lot.place || b === lot.place)
    .map(([a, b, metres]) => [a === lot.place ? b : a, metres])
    .filter(
      ([beside]) =>
        beside >= 0 &&
        now[beside] &&
        now[beside] !== now[lot.place] &&
        community[beside] === community[lot.place],
    )
    .sort((a, b) => b[1] - a[1])
  const to = doors.length
    ? now[doors[0][0]]
    : ground.grids.find(({ grid }) => grid > 0 && grid !== now[lot.place]).grid
  await lookAt(two, lot.place)
  await rowOf(two, ground.nameOf(to)).click()
  await atRest(two)
  await lookAt(two, lot.place)
  await two.keyboard.press('b')
  await two.keyboard.press('[')
  await two.keyboard.press('[')
  const at = await pixel(two, ground.at(lot.place))
  await two.mouse.move(...at)
  await two.mouse.down()
  await two.locator('.stroke-card').waitFor()
  const { pieces } = await tell(one, `/api/cells/${lot.id}/cut`, { line: lot.line })
  await one.getByText(`版本 ${ground.version + 1}`).waitFor()
  await two.locator('.stroke-card').waitFor()
  await two.mouse.up()
  await two.getByText(`版本 ${ground.version + 2}`).waitFor()
  await saved(two)
  const after = await readGround(two, plan)
  for (const { cell } of pieces)
    assert.equal(after.cells.now[after.cells.id.indexOf(cell)], to, 'the stroke holds')
  assert.deepEqual(two.problems, [])
  ground = after
})

test('a line that does not cut is refused in words; corners are set by keys', async () => {
  await one.keyboard.press('x')
  lot = await emptyLot()
  await lookAt(one, lot.place)
  const [x, y] = [ground.cells.x[lot.place], ground.cells.y[lot.place]]
  await click(one, ground.degrees(x, y))
  await click(one, ground.degrees(x + 1500, y + 300))
  await one.locator('.cut-bar [role=alert]').getByText('从地块的一边画到另一边').waitFor()
  await screenshot(one, 'planner-cut-refused')
  await one.keyboard.press('Escape')
  await one.locator('.cut-bar [role=alert]').waitFor({ state: 'detached' })
  for (const at of lot.line) {
    await steer(one, at)
    await one.keyboard.press('Enter')
  }
  await one.locator('.cut-bar .piece').nth(1).waitFor()
  await one.keyboard.press('Enter')
  await one.getByText('已切开；').last().waitFor()
  // The list of cuts joins it again.
  await one.getByText(/^切线（/).click()
  const before = (await readGround(one, plan)).cells.id.length
  await one.locator('.cut-list li').first().getByRole('button', { name: '接回' }).click()
  await one.getByText('已接回，成为一块').waitFor()
  assert.equal((await readGround(one, plan)).cells.id.length, before - 1)
  await screenshot(one, 'planner-cuts')
  assert.deepEqual(await axe(one), [])
  assert.equal((await ask(one, '/api/cell-cuts')).items.length, 1, 'the cut of the other planner is left')
})
