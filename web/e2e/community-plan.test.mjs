// The border between two communities: the planner moves it in a plan, both secretaries are heard at the desk, the
// street approves and publishes, and the ground is the neighbour's from that day on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, screenshot } from './lib/browser.mjs'
import { ask, atRest, openAs, openPlan, tell } from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

let server, browser, planner, party, plan, moved, towns
before(async () => {
  server = await startServer()
  browser = await launch()
  planner = await openAs(browser, server, 'planner', '/planner')
  party = await openAs(browser, server, 'party', '/planner')
})
after(async () => {
  await browser?.close()
  await server?.close()
})

/** Takes a step of the plan as somebody; the status of the answer. */
async function step(page, action, more = {}) {
  const { version } = await ask(page, `/api/plans/${plan}`)
  const answer = await page.request.post(`/api/plans/${plan}/${action}`, {
    headers: { Origin: new URL(page.url()).origin },
    data: { version, ...more },
  })
  return { status: answer.status(), text: await answer.text() }
}

/** Gives one cell at the border to a grid across it, the first that breaks nothing. */
async function moveOneCell() {
  const { cells, arcs, version } = await ask(planner, `/api/plans/${plan}/cells`)
  for (const [arc, l] of arcs.left.entries()) {
    const [a, b] = [l - 1, arcs.right[arc] - 1]
    if (a < 0 || b < 0 || cells.community[a] === cells.community[b] || !arcs.crossable[arc]) continue
    if (!cells.households[a] || arcs.length[arc] < 300) continue
    const gesture = { version, kind: 'assign', grid: cells.now[b], cells: [cells.id[a]] }
    const { checks } = await tell(planner, `/api/plans/${plan}/ops`, { ...gesture, preview: true })
    if (checks.some(({ level }) => level === 'error')) continue
    await tell(planner, `/api/plans/${plan}/ops`, gesture)
    return { cell: cells.id[a], grid: cells.now[b], from: cells.community[a], to: cells.community[b] }
  }
  throw new Error('no cell at the border of the two communities can move')
}

test('the planner begins a plan of community borders and sees both communities', async () => {
  await planner.goto('/planner?page=plans')
  await planner.getByRole('button', { name: '新建方案' }).click()
  await planner.getByLabel('划分什么').selectOption({ label: '社区界线' })
  const { items } = await ask(planner, '/api/areas')
  towns = items.filter(({ level }) => level === 'community').filter((_, i) => i === 0 || i === 2)
  for (const { name } of towns) await planner.getByRole('checkbox', { name, exact: true }).check()
  await planner.getByRole('button', { name: '建立方案', exact: true }).click()
  const card = await planner.waitForURL(/plan-\d+/).then(() => planner.url())
  plan = Number(/plan-(\d+)/.exec(card)[1])
  moved = await moveOneCell()
  await openPlan(planner, plan)
  const table = planner.locator('.town-table')
  await table.getByRole('rowheader', { name: towns[0].name }).waitFor()
  assert.equal(
    (await table.locator('.changed').count()) > 0,
    true,
    'what the communities gain and lose shows',
  )
  assert.deepEqual(await axe(planner), [])
  await atRest(planner)
  await planner.waitForTimeout(4000) // the map is drawn for the picture
  await screenshot(planner, 'planner-community-plan')
})

test('nothing is approved before both communities have agreed, each at the desk', async () => {
  assert.equal((await step(planner, 'submit')).status, 200)
  const early = await step(party, 'approve')
  assert.equal(early.status, 409)
  for (const { name } of towns) assert.match(early.text, new RegExp(name))
  for (const [login, town] of [
    ['secretary', towns[0]],
    ['secretary2', towns[1]],
  ]) {
    const page = await openAs(browser, server, login, '/desk?page=border-plans')
    await page.locator('.border-plans li button').first().click()
    await page.getByRole('heading', { name: `请代表“${town.name}”表态` }).waitFor()
    await page.locator('.town-picture path.moved').waitFor({ state: 'attached' })
    if (login === 'secretary') {
      await page.getByRole('button', { name: '不同意，退回' }).click()
      await page.getByText('请写明理由').waitFor()
      await screenshot(page, 'desk-community-border')
      assert.deepEqual(await axe(page), [])
    }
    await page.getByLabel(/^意见/).fill('居民会议已讨论')
    await page.getByRole('button', { name: '同意', exact: true }).click()
    await page.getByText('已记下本社区的意见').waitFor()
    await page.context().close()
  }
  assert.equal((await step(party, 'approve', { opinion: '同意' })).status, 200)
})

test('published, the ground is of the other community at once', async () => {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
  const { status, text } = await step(party, 'publish', { effective: day })
  assert.equal(status, 200, text)
  const { id } = await tell(planner, '/api/plans', {
    name: '其后',
    kind: 'community',
    communities: towns.map(({ id: town }) => town),
    from: 'current',
  })
  const { cells } = await ask(planner, `/api/plans/${id}/cells`)
  const at = cells.id.indexOf(moved.cell)
  assert.equal(cells.community[at], moved.to)
  assert.equal(cells.head[at], moved.grid)
})
