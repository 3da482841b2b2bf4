// Micro-grids: a grid is taken with the lasso, divided, filled and published; the map, the card of the grid and the
// register know its parts, and what leaves its grid is told and put right with one tap.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, screenshot } from './lib/browser.mjs'
import * as planning from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

const { ask, atRest, openAs, openPlan, readGround, rowOf, saved, tell } = planning
let server, browser, page, office, plan, ground, home
before(async () => {
  server = await startServer()
  browser = await launch()
  page = await openAs(browser, server, 'planner', '/planner?page=plans')
  office = await openAs(browser, server, 'party', '/planner')
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const draw = async (op) => {
  const { version } = await ask(page, `/api/plans/${plan}`)
  return tell(page, `/api/plans/${plan}/ops`, { ...op, version })
}
const step = async (who, action, more = {}) => {
  const { version } = await ask(who, `/api/plans/${plan}`)
  return tell(who, `/api/plans/${plan}/${action}`, { version, ...more })
}

test('a plan of micro-grids begins with its own norm and with nobody', async () => {
  await page.getByRole('button', { name: '新建方案' }).click()
  await page.getByLabel('方案名称').fill('楼院微网格')
  await page.getByLabel('划分什么').selectOption({ label: '微网格划分' })
  assert.equal(await page.getByLabel('每格户数上限').inputValue(), '120')
  const boxes = page.locator('.plan-new fieldset input')
  for (let i = 1; i < (await boxes.count()); i++) await boxes.nth(i).uncheck()
  await page.getByRole('button', { name: '建立方案' }).click()
  await page.waitForURL(/page=plan-\d+/)
  plan = Number(/plan-(\d+)/.exec(page.url())[1])
  ground = await readGround(page, plan)
  assert.ok(ground.others.length > 1, 'the grids of the community are known')
  assert.ok(
    ground.cells.now.every((label) => label === 0),
    'no ground has a micro-grid',
  )
})

test('a grid is divided; its parts stand under its name, inside its strong border', async () => {
  home = ground.others.find(({ kind }) => kind === 'basic')
  const cells = ground.cells.id.filter((_, i) => ground.cells.other[i] === home.grid)
  const half = cells.filter((id) => ground.cells.x[ground.cells.id.indexOf(id)] < middle(cells))
  await draw({ kind: 'found', cells: half, settings: { name: '西院', low: 1, high: 600 } })
  await draw({
    kind: 'found',
    cells: cells.filter((id) => !half.includes(id)),
    settings: { name: '东院', low: 1, high: 600 },
  })
  await openPlan(page, plan)
  await atRest(page)
  await rowOf(page, '西院').click()
  await page.locator('.plan-grid-card').getByText(home.name).waitFor()
  assert.equal(await page.locator('.plan-grid-card').getByLabel('网格党支部').count(), 0)
  await screenshot(page, 'planner-micro')
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
})
const middle = (cells) => {
  const xs = cells.map((id) => ground.cells.x[ground.cells.id.indexOf(id)]).sort((a, b) => a - b)
  return xs[Math.floor(xs.length / 2)]
}

test('what leaves its grid is told, and put right with one tap', async () => {
  const stray = ground.cells.id.find((_, i) => ![0, home.grid].includes(ground.cells.other[i]))
  const now = await readGround(page, plan)
  const label = now.grids.find(({ name }) => name === '西院').grid
  await draw({ kind: 'assign', grid: label, cells: [stray] })
  await openPlan(page, plan)
  await page.getByRole('tab', { name: /检查/ }).click()
  const line = page.locator('.plan-checks li').filter({ hasText: '跨了网格' })
  await line.getByRole('button', { name: '修复' }).click()
  await saved(page)
  await line.waitFor({ state: 'detached' })
})

test('published, the card of the grid and the register tell of its micro-grids', async () => {
  const { code } = await ask(page, `/api/grids/${home.grid}`)
  await page.getByRole('tab', { name: /检查/ }).click()
  const errors = (await ask(page, `/api/plans/${plan}/checks`)).filter(({ level }) => level === 'error')
  if (errors.length) for (const { fix } of errors) if (fix) await draw({ ...fix })
  await tell(page, `/api/plans/${plan}/submit`, { version: (await ask(page, `/api/plans/${plan}`)).version })
  await step(office, 'approve', { opinion: '同意' })
  const today = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10)
  await step(office, 'publish', { effective: today })
  const { items } = await ask(page, `/api/micro-grids?grid=${home.grid}`)
  assert.deepEqual(
    items.map((one) => one.code),
    [`${code}01`, `${code}02`],
  )
  await page.goto(`/planner#/grid/${home.grid}`)
  const card = page.locator('.selected-card')
  await card.getByRole('button', { name: /西院/ }).waitFor()
  await screenshot(page, 'planner-grid-micro')
  assert.deepEqual(page.problems, [])
})
