// Two planners at one draft: they see each other, each other's strokes and comments; a gesture made on an older
// version is made again or refused in words; and a link shows the draft to somebody without an account.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, openPage, screenshot } from './lib/browser.mjs'
import * as planning from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

const { ask, householdsOf, newPlan, openAs, openPlan, pixel, readGround, rowOf, saved, tell } = planning
let server, browser, one, two, plan, ground
before(async () => {
  server = await startServer()
  browser = await launch()
  one = await openAs(browser, server, 'planner', '/planner')
  two = await openAs(browser, server, 'party', '/planner')
  plan = await newPlan(one, '两人同改')
  await Promise.all([openPlan(one, plan), openPlan(two, plan)])
  ground = await readGround(one, plan)
})
after(async () => {
  await browser?.close()
  await server?.close()
})
/** A basic grid with a movable border, and the cell across it. */
function shared() {
  const { grid } = ground.grids.find(
    ({ kind, cells, grid: label }) => kind === 'basic' && cells > 8 && ground.borderOf(label),
  )
  return { label: grid, ...ground.borderOf(grid) }
}

test('who has the draft open too is named, with the grid they look at', async () => {
  const name = (page) => page.locator('header .who').innerText()
  const names = { one: await name(one), two: await name(two) }
  await one.locator('.presence-bar').getByText(names.two).waitFor()
  await two.locator('.presence-bar').getByText(names.one).waitFor()
  const { label } = shared()
  await rowOf(two, ground.nameOf(label)).click()
  await one.locator('.presence-bar small').getByText(ground.nameOf(label)).waitFor()
  assert.equal(await one.locator('.presence-bar li').count(), 1, 'oneself is not among the others')
})

test('a comment is pinned with a click, appears at the other, is answered and ticked off', async () => {
  const spot = shared()
  await planning.atRest(one)
  await one.keyboard.press('n')
  await one.mouse.click(...(await pixel(one, spot.at)))
  await one.getByLabel('意见', { exact: true }).fill('这段界线从院子中间穿过')
  await one
    .locator('.pin-form')
    .getByText(/的界线/)
    .waitFor()
  await screenshot(one, 'planner-comment')
  await one.getByRole('button', { name: '钉上批注' }).click()
  await one.locator('.plan-comments').getByText('这段界线从院子中间穿过').waitFor()
  assert.deepEqual(await axe(one), [])

  await two.getByRole('tab', { name: /^批注/ }).click()
  await two.locator('.plan-comments .line').first().click()
  await two.getByLabel('回复').fill('同意，改到路边')
  await two.getByRole('button', { name: '回复', exact: true }).click()
  await one.getByText('1 条回复').waitFor()
  await one.locator('.plan-comments').getByText('同意，改到路边').waitFor()
  await screenshot(one, 'planner-comments')
  await two.getByRole('button', { name: '标为已解决' }).click()
  await one.locator('.plan-comments').getByText('已解决', { exact: true }).waitFor()
  await two.getByRole('tab', { name: /^网格/ }).click()
  await one.getByRole('tab', { name: /^网格/ }).click()
})

test('a stroke of one shows at the other without a reload', async () => {
  const { label, other } = shared()
  const [from, id] = [ground.cells.now[other], ground.cells.id[other]]
  const was = await householdsOf(one, ground.nameOf(label))
  const { version } = await ask(two, `/api/plans/${plan}`)
  await tell(two, `/api/plans/${plan}/ops`, { version, kind: 'assign', grid: label, cells: [id] })
  const now = was + ground.cells.households[other]
  await one.waitForFunction(
    ([name, n]) =>
      [...document.querySelectorAll('.plan-grid-table tbody tr')].some(
        (row) => row.innerText.includes(name) && row.innerText.includes(n),
      ),
    [ground.nameOf(label), String(now)],
  )
  await one
    .locator('.presence-bar [role=status]')
    .getByText(/划入 1 个地块/)
    .waitFor()
  await one.getByText(`版本 ${version + 1}`).waitFor()
  await screenshot(one, 'planner-together')
  assert.deepEqual(await axe(one), [])
  ground = await readGround(one, plan)
  assert.equal(ground.cells.now[other], label)
  assert.notEqual(from, label)
})

/** Lets the other do something while a gesture of this page is on its way: the gesture arrives on an older version. */
async function meanwhile(gesture) {
  const send = async (route) => {
    const { version } = await ask(two, `/api/plans/${plan}`)
    await tell(two, `/api/plans/${plan}/ops`, { version, ...gesture })
    await route.continue()
  }
  await one.route(`**/api/plans/${plan}/ops`, send, { times: 1 })
}

test('made on an older version, a gesture elsewhere is made again', async () => {
  const { label, mine, other } = shared()
  const grid = ground.cells.now[other]
  const far = ground.of(label).find((i) => i !== mine && ground.cells.households[i])
  await meanwhile({ kind: 'erase', cells: [ground.cells.id[far]] })
  await rowOf(one, ground.nameOf(grid)).click()
  await one.locator('.plan-grid-card').getByLabel('户数下限').fill('11')
  await one.locator('.plan-grid-card').getByRole('button', { name: '保存' }).click()
  await one.getByText(/别人刚改了别处/).waitFor()
  await saved(one)
  ground = await readGround(one, plan)
  assert.equal(ground.cells.now[far], 0, 'theirs stands')
  assert.equal(ground.grids.find((card) => card.grid === grid).low, 11, 'and so does mine')
})

test('made on the same cells, it is refused in words and the newest shows', async () => {
  const { label, other } = shared()
  const loser = ground.nameOf(ground.cells.now[other])
  const before = await householdsOf(one, loser)
  await meanwhile({ kind: 'erase', cells: [ground.cells.id[other]] })
  await rowOf(one, ground.nameOf(label)).click()
  await planning.atRest(one)
  await one.keyboard.press('b')
  for (let i = 0; i < 3; i++) await one.keyboard.press('[')
  await one.mouse.click(...(await pixel(one, ground.at(other))))
  await one.getByText(/没有写入/).waitFor()
  await saved(one)
  ground = await readGround(one, plan)
  assert.equal(ground.cells.now[other], 0, 'theirs stands')
  assert.equal(await householdsOf(one, loser), before - ground.cells.households[other], 'and it shows')
  await one.keyboard.press('h')
})

test('without a network a gesture waits, and is sent once when it is back', async () => {
  ground = await readGround(one, plan)
  const { label, other } = shared()
  const { version } = await ask(one, `/api/plans/${plan}`)
  await rowOf(one, ground.nameOf(label)).click()
  await planning.atRest(one)
  await one.keyboard.press('b')
  await one.context().setOffline(true)
  await one.mouse.click(...(await pixel(one, ground.at(other))))
  await one.getByText(/没有网络：1 步改动待上传/).waitFor()
  await one.context().setOffline(false)
  await saved(one)
  assert.equal((await ask(one, `/api/plans/${plan}`)).version, version + 1)
  ground = await readGround(one, plan)
  assert.equal(ground.cells.now[other], label)
  await one.keyboard.press('h')
})

test('a link shows the draft without a sign-in, and nothing once it is taken back', async () => {
  await one.getByRole('button', { name: '只读链接' }).click()
  await one.getByRole('button', { name: '生成链接' }).click()
  const link = await one.getByLabel('链接', { exact: true }).inputValue()
  await screenshot(one, 'planner-link')
  const guest = await openPage(browser, { baseURL: server.url, viewport: { width: 1280, height: 900 } })
  await guest.goto(link)
  await guest.getByRole('heading', { name: '两人同改' }).waitFor()
  await guest.getByRole('img', { name: '两人同改的网格图' }).waitFor()
  const { grid } = ground.grids.find(({ kind }) => kind === 'basic')
  await guest.getByRole('button', { name: ground.nameOf(grid) }).click()
  await guest.locator('tr.chosen').waitFor()
  const row = await guest.locator('tr.chosen').innerText()
  assert.ok(row.includes(String(ground.count(grid))), row)
  assert.deepEqual(await axe(guest), [])
  assert.deepEqual(guest.problems, [])
  await screenshot(guest, 'shared-plan')
  assert.equal((await guest.request.get(`/api/plans/${plan}`)).status(), 401, 'the link opens nothing else')
  await one.getByRole('button', { name: '收回链接' }).click()
  await one.getByText('链接已收回').waitFor()
  await guest.reload()
  await guest.getByText(/已被收回或更换/).waitFor()
  await guest.setViewportSize({ width: 390, height: 800 })
  await screenshot(guest, 'shared-gone')
  await one.locator('dialog[open]').getByRole('button', { name: '关闭' }).click()
})

test('who leaves is no longer shown', async () => {
  await two.getByRole('button', { name: '划分方案' }).first().click()
  await one.locator('.presence-bar li').waitFor({ state: 'detached' })
  // The browser complains of the network that was taken away.
  assert.deepEqual(
    one.problems.filter((said) => !said.includes('ERR_INTERNET_DISCONNECTED')),
    [],
  )
  assert.deepEqual(two.problems, [])
})
