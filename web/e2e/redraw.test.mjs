// A redrawing from the first stroke to the day it holds, and back: the planner draws, another person approves, the
// clock moves on, and the leader's tablet, the wall, open incidents and figures follow.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, openPage, patience, screenshot, viewports } from './lib/browser.mjs'
import { planDesk } from './lib/planning.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'
const wide = { width: 1920, height: 1080 }
const chinaDay = (days) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(Date.now() + days * 86_400_000)
const tomorrow = chinaDay(1)
let server, browser, page, party, tablet, wall
let plan, desk, drafts, community, leaders, moved, incident, was, publication, beforeBack

before(async () => {
  server = await startServer()
  browser = await launch()
  page = await openAs('planner', '/planner?page=plans')
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function openAs(login, path, viewport = wide) {
  const opened = await openPage(browser, {
    baseURL: server.url,
    viewport,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  })
  await signIn(opened, login, password)
  await opened.goto(path)
  return opened
}
const ask = async (path, from = page) => {
  const response = await from.request.get(path)
  assert.ok(response.ok(), `${path}: ${response.status()}`)
  return response.json()
}
async function send(from, path, data) {
  const response = await from.request.post(path, {
    headers: { 'Idempotency-Key': crypto.randomUUID(), Origin: server.url },
    data,
  })
  assert.ok(response.ok(), `${path}: ${response.status()} ${await response.text()}`)
  return response.json()
}
/** An id as devices make them: the time first (UUIDv7). */
function uuid7() {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`
}
/** What happened this month by grid, in the borders of then or of today. */
const figures = async (borders) => {
  const all = []
  for (const month of new Set([chinaDay(0), tomorrow].map((day) => day.slice(0, 7))))
    all.push(...(await ask(`/api/figures?month=${month}&borders=${borders}`)))
  return all
}
const visitsIn = (list, grid) =>
  list.filter((one) => one.grid === grid).reduce((n, { visits }) => n + visits, 0)

test('a shared border is dragged: counters, branch rule and impact move', async () => {
  const own = await openAs('leader', '/tablet', viewports.tablet)
  leaders = Number(/g(\d+)$/.exec((await ask('/api/me', own)).grants[0].path)[1])
  await own.context().close()
  const grid = await ask(`/api/grids/${leaders}`)
  community = grid.community
  const { communityName } = grid
  assert.ok(community)
  await page.getByRole('button', { name: '新建方案' }).click()
  await page.getByLabel('方案名称').fill('从画线到生效')
  for (const box of await page.locator('.plan-new fieldset label').all())
    if ((await box.innerText()).trim() !== communityName) await box.locator('input').uncheck()
  await page.getByRole('button', { name: '建立方案' }).click()
  await page.waitForURL(/page=plan-\d+/)
  plan = Number(/plan-(\d+)/.exec(page.url())[1])
  await mapReady(page)
  await page.getByRole('grid', { name: '方案里的网格' }).waitFor()
  desk = planDesk(page, plan)
  await desk.read()

  const spot = desk.borderOf(leaders)
  const other = desk.ground.cells.now[spot.other]
  const households = desk.count(leaders)
  await desk.rowOf(desk.nameOf(leaders)).click()
  await page.locator('.plan-grid-card').waitFor()
  await page.waitForTimeout(800) // the map comes to rest; its address is written after
  await page.keyboard.press('v')
  const { cells } = desk.ground
  await page.mouse.move(...(await desk.pixel(spot.at)))
  await page.mouse.down()
  const to = await desk.pixel(desk.degrees(cells.x[spot.other], cells.y[spot.other]))
  await page.mouse.move(...to, { steps: 40 })
  await page.locator('.stroke-card tbody tr').first().waitFor()
  await page.mouse.up()
  await desk.saved()
  await desk.read()
  assert.ok(desk.count(leaders) > households, 'the counter has moved')
  assert.equal(await desk.householdsOf(desk.nameOf(leaders)), desk.count(leaders))
  moved = desk.ground.cells.id[spot.other]
  assert.equal(desk.ground.cells.now[spot.other], leaders)
  await page.getByRole('tab', { name: '影响' }).click()
  await page.getByRole('heading', { name: '从哪格到哪格' }).waitFor()
  const impact = await ask(`/api/plans/${plan}/impact`)
  assert.ok(impact.flows.some(({ from, to: into }) => from === other && into === leaders))
})

test('a grid is split along a lane; the branch rule asks and is answered', async () => {
  await page.getByRole('tab', { name: /^网格/ }).click()
  const basic = desk.ground.grids.filter(
    ({ kind, cells, grid }) => kind === 'basic' && cells > 20 && grid !== leaders,
  )
  const label = basic.sort((a, b) => b.households - a.households)[0].grid
  await desk.rowOf(desk.nameOf(label)).click()
  await page.waitForTimeout(800) // the map comes to rest
  await page.keyboard.press('s')
  for (const at of desk.lineAcross(label)) await page.mouse.click(...(await desk.pixel(at)))
  await page.keyboard.press('Enter')
  await page.locator('.tool-bar .half').first().waitFor()
  await page.keyboard.press('Enter')
  await desk.rowOf('新网格1').waitFor()
  await desk.saved()
  await page.getByRole('tab', { name: /^检查/ }).click()
  const bare = page.locator('.plan-checks').getByText(/新网格1.*没有党支部/)
  await bare.waitFor()
  await page.getByRole('tab', { name: /^网格/ }).click()
  await desk.rowOf('新网格1').click()
  await page.locator('.plan-grid-card').getByLabel('网格党支部').selectOption({ label: '新建党支部' })
  await page.locator('.plan-grid-card').getByRole('button', { name: '保存' }).click()
  await page.getByRole('tab', { name: /^检查/ }).click()
  await bare.waitFor({ state: 'detached' })
  await desk.saved()
})

test('the program balances the rest, moving few; three drafts of it stand side by side', async () => {
  await page.getByRole('tab', { name: /^网格/ }).click()
  await desk.rowOf(desk.nameOf(leaders)).click()
  await page.locator('.plan-grid-card').getByRole('button', { name: '锁定' }).click() // what was drawn by hand stays
  await desk.saved()
  const { version } = await ask(`/api/plans/${plan}`)
  await page.keyboard.press('Escape')
  await page.keyboard.press('f')
  await page.getByRole('button', { name: '自动均衡社区' }).click()
  await page.waitForFunction(
    (seen) => !document.querySelector('.plan-foot').innerText.includes(`版本 ${seen}`),
    version,
    { timeout: patience(30_000) },
  )
  await desk.saved()
  await desk.read()
  assert.equal(
    desk.ground.cells.now[desk.ground.cells.id.indexOf(moved)],
    leaders,
    'a locked grid keeps its cells',
  )
  const log = await ask(`/api/plans/${plan}/ops?after=${version}`)
  assert.deepEqual(
    log.map(({ kind }) => kind),
    ['auto'],
  )

  await page.getByRole('button', { name: '自动划三案' }).click()
  const dialog = page.locator('dialog[open]', { has: page.locator('.propose') })
  await dialog.getByRole('button', { name: '开始' }).click()
  await dialog.getByRole('button', { name: '划好了，去比较' }).click({ timeout: patience(60_000) })
  await page.getByRole('heading', { name: '方案并排' }).waitFor()
  const made = /plans-([\d-]+)/.exec(page.url())[1].split('-')
  drafts = made
  assert.ok(made.length > 0, 'the program has drawn')
  // The one drawn by hand, what the program made of it, and one that leaves everything as it is.
  const still = await send(page, '/api/plans', {
    name: '照旧',
    from: 'current',
    communities: [community],
  })
  await page.goto(`/planner?page=plans-${[plan, made[0], still.id].join('-')}`)
  await page.locator('.plan-board svg.plan-picture').nth(2).waitFor()
  assert.equal(await page.locator('.plan-board article').count(), 3)
  await page.locator('.plan-board th', { hasText: '现行' }).first().waitFor()
  await screenshot(page, 'planner-three-drafts')
  await page.goto(`/planner?page=plan-${plan}`)
  await mapReady(page)
})

test('submitted, approved by another person, published for tomorrow', async () => {
  await page.getByRole('button', { name: '提交审批' }).click()
  await page.locator('.plan-steps dialog[open]').getByText('到时移交').waitFor()
  await page.locator('.plan-steps dialog[open]').getByRole('button', { name: '提交审批' }).click()
  await page.getByText('已提交', { exact: true }).waitFor()

  party = await openAs('party', `/planner?page=plan-${plan}`)
  await mapReady(party)
  // Something is open where the ground changes hands.
  const building = Number(
    await server.sql(`select id from building where cell = ${moved} order by id limit 1`),
  )
  assert.ok(building)
  incident = uuid7()
  const dutyhead = await openAs('dispatcher', '/desk')
  await send(dutyhead, '/api/incidents', {
    id: incident,
    building,
    class: '0101',
    description: '垃圾堆在路边',
    occurredAt: new Date().toISOString(),
  })
  await dutyhead.context().close()
  was = { then: await figures('then'), today: await figures('today') }

  const open = party.locator('.plan-steps dialog[open]')
  await party.getByRole('button', { name: '批准', exact: true }).click()
  await open.getByRole('button', { name: '批准', exact: true }).click()
  await party.getByRole('button', { name: '公布', exact: true }).click()
  assert.equal(await open.getByLabel('生效日期').inputValue(), tomorrow, 'tomorrow is what is proposed')
  await open.getByText('到时移交').waitFor()
  await open.getByRole('button', { name: '公布', exact: true }).click()
  await party.getByText('待生效', { exact: true }).first().waitFor()
  publication = (await ask(`/api/plans/${plan}`)).seq
  assert.ok(publication)
})

test('the leader is told before the day, in words and with both outlines, once', async () => {
  tablet = await openAs('leader', '/tablet', viewports.tablet)
  const told = tablet.locator('dialog.border-news[open]')
  await told.getByText(/自明日起，“.+”的边界有变：移入 \d+ 户/).waitFor({ timeout: patience(30_000) })
  await told.locator('svg path.before').waitFor({ state: 'attached' })
  await screenshot(tablet, 'tablet-border-change')
  assert.deepEqual(await axe(tablet), [])
  await told.getByRole('button', { name: '知道了' }).click()
  await told.waitFor({ state: 'detached' })
  await tablet.reload()
  await mapReady(tablet)
  await tablet.getByRole('button', { name: /通知/ }).first().click()
  await tablet.locator('.notice-list').getByText('网格边界有变').waitFor()
  assert.equal(await told.count(), 0, 'it is not told again')
  await tablet.keyboard.press('Escape')
  const open = await ask('/api/incidents?state=open&limit=500', tablet)
  assert.ok(!open.items.some(({ id }) => id === incident), 'today the place is still another leader’s')
})

test('the clock moves on: tablet, wall, open incidents and figures follow, and the old figures stay', async () => {
  wall = await openAs('wall', '/wall', viewports.wall)
  await mapReady(wall)
  await server.kill()
  await server.start({ clock: `${tomorrow}T09:00:00+08:00` })
  // What the pages said while there was no server is no fault of theirs.
  for (const one of [page, party, tablet, wall]) one.problems.length = 0
  // The wall shows the old outlines and then the new ones, by itself.
  const banner = wall.locator('.border-banner')
  await banner.waitFor({ timeout: patience(90_000) })
  assert.match(await banner.innerText(), /今起启用新网格[\s\S]*\d+ 个网格的边界有变/)
  await wall.locator('.border-banner[data-stage=new]').waitFor()
  await screenshot(wall, 'wall-new-borders')
  await banner.waitFor({ state: 'detached', timeout: patience(60_000) })

  await signIn(page, 'planner', password)
  await signIn(tablet, 'leader', password)
  assert.equal((await ask(`/api/plans/${plan}`)).state, 'published')
  // The tablet, still open, has taken over the ground and what is open there.
  await tablet.goto('/tablet?page=incidents')
  await mapReady(tablet)
  const open = await ask('/api/incidents?state=open&limit=500', tablet)
  const mine = open.items.find(({ id }) => id === incident)
  assert.ok(mine, 'the open incident has come along')
  await tablet
    .locator('.work-list')
    .getByText(mine.number)
    .or(tablet.getByText(mine.className))
    .first()
    .waitFor()
  const building = await server.sql(
    `select coalesce(nullif(name, ''), address) from building where cell = ${moved} order by id limit 1`,
  )
  await tablet.goto('/tablet?page=list')
  await tablet.locator('.list-page').getByText(building).first().waitFor()
  await screenshot(tablet, 'tablet-after-redraw')
  assert.equal(await tablet.locator('dialog.border-news[open]').count(), 0, 'nothing is told twice')

  assert.deepEqual(await figures('then'), was.then, 'figures as drawn then stay as they were')
  const now = await figures('today')
  const sum = (list) => list.reduce((n, { visits, incidents }) => n + visits + incidents, 0)
  assert.equal(sum(now), sum(was.today), 'in the borders of today nothing is lost')
  assert.notDeepEqual(now, was.today, 'in the borders of today they lie elsewhere')
  const fresh = (await ask('/api/grids?limit=500')).items.find(({ name }) => name === '新网格1')
  assert.ok(fresh, 'the new grid is official')
  assert.equal(visitsIn(was.then, fresh.id), 0)
})

test('it is taken back by a plan from before the publication', async () => {
  beforeBack = new Date().toISOString()
  await page.goto('/planner?page=plans')
  const row = page.locator('.plan-list li, .plan-list tr', { hasText: '从画线到生效' })
  await row.getByRole('button', { name: '恢复到此前' }).first().click()
  await page.getByRole('button', { name: '建立方案' }).click()
  await page.waitForURL(/page=plan-\d+/)
  const back = Number(/plan-(\d+)/.exec(page.url())[1])
  await mapReady(page)
  const step = async (who, action, more = {}) =>
    send(who, `/api/plans/${back}/${action}`, { version: (await ask(`/api/plans/${back}`)).version, ...more })
  await signIn(party, 'party', password)
  await step(page, 'submit')
  await step(party, 'approve', { opinion: '同意恢复' })
  await step(party, 'publish', { effective: tomorrow })
  const grids = await ask('/api/grids?limit=500')
  assert.ok(!grids.items.some(({ name }) => name === '新网格1'), 'the new grid is closed again')
  assert.deepEqual(await figures('then'), was.then)
  assert.deepEqual(await figures('today'), was.today, 'everything lies where it lay')
  const open = await ask('/api/incidents?state=open&limit=500', tablet)
  assert.ok(!open.items.some(({ id }) => id === incident), 'the incident went back with its place')
  assert.deepEqual(
    tablet.problems.filter((text) => !/WebSocket/.test(text)),
    [],
  )
})

test('the grids of the day before are looked at, with a banner and one tap back', async () => {
  await page.goto('/planner?page=past')
  await mapReady(page)
  const banner = page.locator('.past-banner')
  const when = page.getByRole('textbox', { name: /看哪一天/ })
  await when.fill(chinaDay(0))
  await when.press('Enter')
  await banner.getByText(`您在看 ${chinaDay(0)} 的划分，不是现在的。`).waitFor()
  await page.getByRole('grid', { name: '网格' }).waitFor()
  const then = await ask(`/api/grids-then?on=${chinaDay(0)}`)
  const now = await ask('/api/grids?limit=500')
  const basic = now.items.filter(({ kind }) => kind !== 'micro')
  assert.deepEqual(
    then.map(({ id, households }) => [id, households]).sort(([a], [b]) => a - b),
    basic.map(({ id, households }) => [id, households]).sort(([a], [b]) => a - b),
    'taken back, the grids of today are those of the day before',
  )
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'planner-past')
  await page.getByRole('tab', { name: '一个月的数字' }).click()
  await page.getByRole('grid', { name: '一个月的数字' }).waitFor()
  await screenshot(page, 'planner-past-figures')
  // What was believed of tomorrow before it was taken back is still told.
  const believed = await ask(`/api/grids-then?on=${tomorrow}&known=${beforeBack}`)
  assert.ok(
    believed.some(({ name, open }) => name === '新网格1' && !open),
    'as known then, the new grid was to be',
  )
  await banner.getByRole('button', { name: '回到今天' }).click()
  await page.getByRole('grid', { name: '网格一览' }).waitFor()
})

test('the lineage of a grid shows what came and went, who drew and who approved; its code is kept', async () => {
  const closed = (await ask('/api/grid-codes?q=新网格1'))[0]
  assert.ok(closed.closed, 'the code of a closed grid stays on record')
  await page.goto(`/planner?page=family-${closed.id}`)
  await page.locator('.family-picture svg .flow').first().waitFor()
  await page.getByText('已撤销').first().waitFor()
  await page.locator('.family-space article').nth(1).waitFor()
  assert.match(await page.locator('.family-space article').first().innerText(), /起草 .+ · 批准 .+ · 公布 /)
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'planner-lineage')
})

test('a building says which grids it lay in', async () => {
  const building = Number(
    await server.sql(`select id from building where cell = ${moved} order by id limit 1`),
  )
  await page.goto(`/planner#120.6,30.7,15/building/${building}`)
  await page.getByRole('button', { name: '看历来所在网格' }).click()
  await page.locator('.grid-stays li').nth(2).waitFor() // before, moved, taken back
  await page
    .getByText(/曾这样记录/)
    .first()
    .waitFor()
})

test('the table and the outlines of a plan, taken out, begin another just like it', async () => {
  const model = await ask(`/api/plans/${drafts[0]}`)
  assert.ok(model.moved > 0)
  for (const [from, path, type] of [
    ['assignment', 'assignments.csv', 'text/csv'],
    ['polygons', 'export/geojson', 'application/geo+json'],
  ]) {
    const file = await page.request.get(`/api/plans/${drafts[0]}/${path}`)
    await page.goto('/planner?page=plans')
    await page.getByRole('button', { name: '新建方案' }).click()
    await page.getByLabel('方案名称').fill(`读回${from}`)
    await page.getByLabel('从哪里开始').selectOption(from)
    for (const box of await page.locator('.plan-new fieldset label').all())
      if ((await box.innerText()).trim() !== model.communities[0].name) await box.locator('input').uncheck()
    await page
      .locator('.plan-new .file input')
      .setInputFiles({ name: path.replace('/', '.'), mimeType: type, buffer: await file.body() })
    await page.getByRole('button', { name: '建立方案' }).click()
    await page.waitForURL(/page=plan-\d+/)
    const read = await ask(`/api/plans/${/plan-(\d+)/.exec(page.url())[1]}`)
    assert.equal(read.moved, model.moved, `${from}: as many plots move`)
    assert.equal(read.households, model.households)
  }
})

test('forms and maps are printed, a grid a page', async () => {
  await page.goto(`/planner?page=plan-${plan}`)
  await mapReady(page)
  await page.getByRole('button', { name: '划分登记表' }).click()
  const dialog = page.locator('dialog.plan-sheets[open]')
  await dialog.getByText(/共 \d+ 个网格，打印时一格一页/).waitFor({ timeout: patience(60_000) })
  const grids = await dialog.locator('.sheet-form').count()
  assert.ok(grids > 1)
  assert.equal(await dialog.locator('.sheet-map svg .own').count(), grids)
  assert.ok((await dialog.locator('.sheet-map svg .neighbour').count()) > grids)
  await dialog
    .locator('.sheet-map')
    .first()
    .screenshot({ path: join(import.meta.dirname, '.out/sheet-map.png') })
  assert.match(await dialog.locator('.sheet-form').first().innerText(), /东至\s+\S+[\s\S]*北至\s+\S+/)
  await screenshot(page, 'planner-sheets')
  assert.deepEqual(await axe(page), [])
  const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true })
  writeFileSync(join(import.meta.dirname, '.out/sheets.pdf'), paper)
  const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length
  assert.ok(pages >= 2 * grids && pages <= 2 * grids + 2, `${pages} pages for ${grids} grids`)
  assert.deepEqual(
    page.problems.filter((text) => !/WebSocket/.test(text)),
    [],
  )
})
