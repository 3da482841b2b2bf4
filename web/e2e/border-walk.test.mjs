// Walking the line: the planner has the new border of a draft walked, the leader goes along it with a tablet, online
// and without a network, and what is found stands at the plan at once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, smallTargets } from './lib/axe.mjs'
import { launch, mapReady, patience, screenshot, viewports } from './lib/browser.mjs'
import { ask, newPlan, openAs, openPlan, readGround, tell } from './lib/planning.mjs'
import { png } from './lib/png.mjs'
import { startServer } from './lib/server.mjs'

let server, browser, planner, tablet, plan, pieces, grid
const open = async (page) =>
  (await ask(page, '/api/border-walks?open=true')).flatMap(({ pieces: all }) => all)

before(async () => {
  server = await startServer()
  browser = await launch()
  planner = await openAs(browser, server, 'planner', '/planner?page=plans')
  tablet = await openAs(browser, server, 'leader', '/tablet', {
    viewport: viewports.tablet,
    serviceWorkers: 'block',
    permissions: ['geolocation'],
  })
  await mapReady(tablet)
})
after(async () => {
  await browser?.close()
  await server?.close()
})

test('the planner has the new border of a draft walked', async () => {
  grid = Number(/g(\d+)$/.exec((await ask(tablet, '/api/me')).grants[0].path)[1])
  const { community } = await ask(planner, `/api/grids/${grid}`)
  const communities = (await ask(planner, '/api/areas')).items.filter(({ level }) => level === 'community')
  plan = await newPlan(
    planner,
    '踏界试划',
    communities.findIndex(({ id }) => id === community),
  )
  // In two and in two again: more than one piece.
  for (const version of [1, 2]) {
    const ground = await readGround(planner, plan)
    await tell(planner, `/api/plans/${plan}/ops`, {
      version,
      kind: 'split',
      grid,
      line: ground.lineAcross(grid),
    })
  }
  await openPlan(planner, plan)
  // Nobody was asked to go: the next step says so, and one tap asks.
  await planner.getByRole('button', { name: '提交审批' }).click()
  const dialog = planner.locator('.plan-steps dialog[open]')
  await dialog.getByText(/新边界约\d+米，还没有请网格长到现场核对/).waitFor()
  assert.deepEqual(await axe(planner), [])
  await screenshot(planner, 'planner-unasked')
  await dialog.getByRole('button', { name: '发起踏界' }).click()
  await dialog.getByText(/新边界还有约\d+米没有到现场核对/).waitFor()
  await dialog.getByRole('button', { name: '取消' }).click()
  await planner.getByRole('tab', { name: /^踏界/ }).click()
  await planner.getByRole('button', { name: '按现在的边界重新发起' }).click()
  await planner.getByLabel('要看什么').fill('请看界线有没有穿过院子')
  await planner.locator('.walk-panel .ask').getByRole('button', { name: '发起踏界' }).click()
  await planner.locator('.walk-panel li').first().waitFor()
  pieces = await open(planner)
  assert.ok(pieces.length > 1, `${pieces.length} pieces`)
  assert.equal(await planner.locator('.walk-panel li').count(), pieces.length)
  assert.match(pieces[0].words, /^(从.+起，)?沿.+走约\d+米.*。左手边是“.+；右手边是“.+”.*至.+。$/)
})

test('the leader is told, and says yes to a piece', async () => {
  await tablet
    .locator('.walk-call')
    .getByRole('button', { name: '去踏界' })
    .click({ timeout: patience(30_000) })
  const panel = tablet.locator('.walk-panel')
  await panel
    .locator('li')
    .nth(pieces.length - 1)
    .waitFor()
  assert.equal(await panel.locator('li').count(), pieces.length)
  const [lng, lat] = pieces[0].line[0]
  await tablet.context().setGeolocation({ longitude: lng, latitude: lat, accuracy: 5 })
  await panel.getByLabel(/在地图上显示我的位置/).check()
  await panel
    .getByText(/离您约 \d+ 米/)
    .first()
    .waitFor()
  await panel.locator('li.chosen').getByText(pieces[0].words).waitFor()
  assert.deepEqual(await axe(tablet), [])
  assert.deepEqual(await smallTargets(tablet, 44), [])
  await tablet.waitForTimeout(800) // the map comes to rest for the picture
  await screenshot(tablet, 'tablet-border-walk')
  // Asked for anew by the planner, the piece in hand stays in hand, with what was written.
  const chosen = panel.locator('li.chosen')
  await chosen.getByRole('button', { name: '与实地不符' }).click()
  await chosen.getByLabel(/哪里不符/).fill('墙')
  const { id } = await tell(planner, '/api/border-walks', { plan })
  await tablet.waitForResponse(
    async (answer) =>
      answer.url().endsWith('/api/border-walks?open=true') &&
      (await answer.json()).some((walk) => walk.id === id),
  )
  await chosen.getByRole('button', { name: '取消' }).click()
  await chosen.getByRole('button', { name: '与实地不符' }).click()
  assert.equal(await chosen.getByLabel(/哪里不符/).inputValue(), '墙')
  await chosen.getByLabel(/哪里不符/).fill('')
  await chosen.getByRole('button', { name: '取消' }).click()
  await chosen.getByRole('button', { name: '符合实地' }).click()
  // The planner's page follows by itself.
  await planner
    .locator('.walk-panel li', { hasText: '符合实地' })
    .first()
    .waitFor({ timeout: patience(30_000) })
  assert.equal((await open(tablet)).filter(({ state }) => state === 'accepted').length, 1)
})

test('without a network a no with its photo waits on the tablet and arrives once', async () => {
  await tablet.context().setOffline(true)
  const panel = tablet.locator('.walk-panel')
  const chosen = panel.locator('li.chosen')
  const mark = Number(await chosen.locator('.mark').innerText())
  await chosen.getByRole('button', { name: '与实地不符' }).click()
  await chosen.getByLabel(/哪里不符/).fill('界线穿过院子，中间有围墙')
  await chosen
    .locator('.photo-picker input')
    .setInputFiles({ name: '围墙.png', mimeType: 'image/png', buffer: png(64, (x, y) => [x * 4, y * 4, 90]) })
  await chosen.locator('.photo-picker img').waitFor()
  await chosen.getByRole('button', { name: '提交' }).click()
  await tablet.getByText(new RegExp(`已保存在本机：第 ${mark} 段`)).waitFor({ timeout: patience(15_000) })
  await panel.locator('li', { hasText: '与实地不符' }).first().waitFor()
  assert.equal(
    (await open(planner)).filter(({ state }) => state === 'rejected').length,
    0,
    'the server knows nothing of it yet',
  )
  await tablet.context().setOffline(false)
  const row = planner.locator('.walk-panel ol > li', { hasText: '界线穿过院子，中间有围墙' })
  await row.waitFor({ timeout: patience(60_000) })
  await row.locator('.line').click()
  await row.locator('.piece-answers img').waitFor({ timeout: patience(30_000) })
  const rejected = (await open(planner)).filter(({ state }) => state === 'rejected')
  assert.deepEqual(
    rejected.map(({ mark: n, answers }) => [n, answers.length, answers[0].photos.length]),
    [[mark, 1, 1]],
  )
  await planner.waitForFunction(() => document.querySelector('.piece-answers img')?.naturalWidth > 0)
  assert.deepEqual(await axe(planner), [])
  await planner.waitForTimeout(800) // the map comes to rest for the picture
  await screenshot(planner, 'planner-border-walk')
})

test('what does not fit is a finding that leads there, and a warning at the next step', async () => {
  await planner.getByRole('tab', { name: /^检查/ }).click()
  await planner
    .locator('.plan-checks')
    .getByText(/踏界第\d+段.*与实地不符：界线穿过院子/)
    .click()
  await planner.locator('.walk-panel ol > li', { hasText: '界线穿过院子' }).waitFor()
  await planner.getByRole('button', { name: '提交审批' }).click()
  const dialog = planner.locator('.plan-steps dialog[open]')
  await dialog.getByText('踏界提醒（不影响公布）').waitFor()
  await dialog.getByText(/界线穿过院子/).waitFor()
  await dialog.getByRole('button', { name: '取消' }).click()
  for (const page of [planner, tablet])
    assert.deepEqual(
      page.problems.filter((text) => !/WebSocket|ERR_INTERNET_DISCONNECTED/.test(text)),
      [],
    )
})

test('the border of a grid as it is today is walked too, asked for at its card', async () => {
  const [lng, lat] = (await ask(planner, `/api/grids/${grid}`)).label
  await planner.goto(`/planner#${lng},${lat},16/grid/${grid}`)
  await mapReady(planner)
  const card = planner.locator('.selected-card')
  await card.getByRole('button', { name: '发起踏界' }).click()
  await card.locator('.walk-panel .ask').getByRole('button', { name: '发起踏界' }).click()
  await card
    .locator('.walk-panel ol > li')
    .first()
    .waitFor({ timeout: patience(30_000) })
  assert.deepEqual(await axe(planner), [])
  await screenshot(planner, 'planner-grid-walk')
  await tablet
    .locator('.walk-panel h3')
    .getByText(/的现行边界/)
    .waitFor({ timeout: patience(30_000) })
  const walk = (await ask(tablet, '/api/border-walks?open=true')).find((one) => one.grid === grid)
  assert.equal(await card.locator('.walk-panel ol > li').count(), walk.pieces.length)
})
