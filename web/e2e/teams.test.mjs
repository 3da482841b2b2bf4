// Teams at work: a roster with an exchange, going on duty with one's place shared
// or not, phones that tell where they are, a day played back, lanes walked, who is
// near, and a call for help.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, crowded, smallTargets } from './lib/axe.mjs'
import { launch, mapReady, openPage, patience, screenshot, viewports } from './lib/browser.mjs'
import { phoneRequests, sendAsPhone } from './lib/osmand.mjs'
import { signIn, startServer } from './lib/server.mjs'
import { uuid7 } from './lib/uuid.mjs'

const password = 'wangge-demo-2026'
const wide = { width: 1920, height: 1080 }
let server, browser, tablet, head, patrol, guard, base

before(async () => {
  server = await startServer()
  browser = await launch()
  tablet = await as('leader', { viewport: viewports.tablet, permissions: ['geolocation'] })
  head = await as('dutyhead', { viewport: wide })
  const teams = async (page) => (await get(page, '/api/teams?limit=100')).items
  ;[patrol] = await teams(tablet)
  guard = (await teams(head)).find(({ id, area }) => id !== patrol.id && area === patrol.area)
  const { items: houses } = await get(tablet, '/api/buildings?limit=1')
  base = houses[0].location
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function as(login, options) {
  const page = await openPage(browser, { baseURL: server.url, ...options })
  await signIn(page, login, password)
  return page
}
const get = async (page, path) => (await page.request.get(path)).json()
async function command(page, path, data) {
  const answer = await page.request.post(path, { data, headers: { 'Idempotency-Key': uuid7() } })
  assert.equal(answer.status(), 200, await answer.text())
  return answer.json()
}
const hash = ([lng, lat], zoom = 18) => `#${lng.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`

async function clean(page, what, { targets = 0 } = {}) {
  assert.deepEqual(await axe(page), [], what)
  if (targets) assert.deepEqual(await smallTargets(page, targets), [], what)
  assert.deepEqual(await crowded(page), [], what)
}
/** Nothing lies over any corner of a part of the page. */
async function free(page, selector) {
  const covered = await page.locator(selector).evaluate((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect()
    return [
      [left + 4, top + 4],
      [right - 4, top + 4],
      [left + 4, bottom - 4],
      [right - 4, bottom - 4],
    ].filter(([x, y]) => !part.contains(document.elementFromPoint(x, y)))
  })
  assert.deepEqual(covered, [], `${selector} is covered`)
}
async function openPart(page, part) {
  await page.goto('about:blank')
  await page.goto('/desk?page=teams-duty')
  await page.getByRole('tab', { name: part }).click()
}

test('a roster is set up for the week, and two teams exchange their shifts when the other side agrees', async () => {
  await openPart(head, '值班表')
  await head.getByRole('button', { name: '下一周' }).click()
  for (const [team, from, to] of [
    [patrol, '08:00', '12:00'],
    [guard, '14:00', '18:00'],
  ]) {
    await head.getByRole('button', { name: '排班', exact: true }).click()
    const form = head.locator('dialog[open]')
    await form.getByLabel('队伍').selectOption({ label: team.name })
    await form.getByLabel('开始').fill(from)
    await form.getByLabel('结束').fill(to)
    await form.getByLabel('岗位、地点').fill('街面巡逻')
    await form.getByRole('button', { name: '保存' }).click()
    await form.waitFor({ state: 'detached' })
  }
  const row = (page, { name }) => page.locator('.roster-week tbody tr').filter({ hasText: name })
  await row(head, patrol).getByText('08:00–12:00').waitFor()
  await row(head, patrol).getByRole('button', { name: '换班' }).click()
  const asking = head.locator('dialog[open]')
  await asking.getByLabel('原因').fill('参加培训')
  await clean(head, 'an exchange is asked for')
  await asking.getByRole('button', { name: '换班' }).click()
  await asking.waitFor({ state: 'detached' })

  const secretary = await as('secretary', { viewport: wide })
  await openPart(secretary, '值班表')
  await secretary.getByRole('button', { name: '下一周' }).click()
  await secretary.getByText(`申请与${guard.name}换班：参加培训`).waitFor()
  await screenshot(secretary, 'desk-roster')
  await clean(secretary, 'roster')
  await secretary.getByRole('button', { name: '同意', exact: true }).click()
  await row(secretary, patrol).getByText('14:00–18:00').waitFor()
  await row(head, patrol).getByText('14:00–18:00').waitFor() // without a reload
  assert.deepEqual(secretary.problems, [])
  await secretary.context().close()
})

test('the leader reads the roster of the own teams on the tablet, without a network too', async () => {
  const kept = tablet.waitForResponse(/\/pack$/)
  await tablet.goto('/tablet?page=me')
  await kept
  const roster = tablet.locator('.roster-days')
  await roster.getByRole('radio', { name: '下一周' }).check()
  const row = roster.locator('li').filter({ hasText: patrol.name }).first()
  await row.getByRole('button', { name: /换班/ }).waitFor()
  await roster.scrollIntoViewIfNeeded()
  await clean(tablet, 'the roster on the tablet', { targets: 44 })
  await screenshot(tablet, 'tablet-roster')
  await tablet.context().setOffline(true)
  await roster.getByRole('radio', { name: '本周' }).check()
  await roster.getByText(/没有网络，这是 .+ 存在本机的值班表/).waitFor()
  await roster.getByRole('radio', { name: '下一周' }).check()
  assert.equal(await row.getByRole('button', { name: /换班/ }).isDisabled(), true)
  await clean(tablet, 'the roster without a network')
  await screenshot(tablet, 'tablet-roster-offline')
  await tablet.context().setOffline(false)
  tablet.problems.length = 0 // the network was away on purpose
})

test('on duty one shares nothing until one switches it on, and always sees which', async () => {
  await tablet.context().setGeolocation({ longitude: base[0], latitude: base[1], accuracy: 8 })
  await tablet.goto('/tablet?page=me')
  await tablet.getByLabel('队伍').selectOption({ label: patrol.name })
  await tablet.getByRole('button', { name: '上岗' }).click()
  const chip = tablet.locator('.duty-chip')
  await chip.filter({ hasText: '未共享位置' }).waitFor()
  await openPart(head, '现在在岗')
  const row = head.locator('.team-rows li').filter({ hasText: patrol.name })
  await row.getByText('未共享位置').waitFor()

  const sent = tablet.waitForResponse((r) => r.url().includes('/positions') && r.ok(), {
    timeout: patience(30_000),
  })
  await tablet.getByRole('switch').check()
  await chip.filter({ hasText: '正在共享位置' }).waitFor()
  await screenshot(tablet, 'tablet-duty')
  await clean(tablet, 'on duty', { targets: 44 })
  await tablet.setViewportSize(viewports.upright)
  await screenshot(tablet, 'tablet-duty-portrait')
  await clean(tablet, 'on duty, upright', { targets: 44 })
  await tablet.setViewportSize(viewports.tablet)
  // A place from before the start of duty is nobody's business.
  await tablet.context().setGeolocation({ longitude: base[0], latitude: base[1], accuracy: 8 })
  await sent
  await row.getByText(/的位置$/).waitFor()
  await screenshot(head, 'desk-on-duty')
  await clean(head, 'who is on duty')
})

test('the place of a team moves on the maps of others while it is told', async () => {
  const away = [base[0] + 0.002, base[1] + 0.001]
  await head.goto('about:blank')
  await head.goto(`/desk${hash(away)}`)
  await mapReady(head)
  await tablet.context().setGeolocation({ longitude: away[0], latitude: away[1], accuracy: 8 })
  // What is drawn in the middle of the map can be taken up there.
  const map = head.locator('canvas.maplibregl-canvas').first()
  await assert.doesNotReject(async () => {
    for (const end = Date.now() + patience(40_000); ;) {
      const { width, height } = await map.boundingBox()
      await map.click({ position: { x: width / 2, y: height / 2 } })
      if (await head.getByRole('heading', { name: patrol.name }).count()) return
      assert.ok(Date.now() < end, 'the team did not come')
      await head.waitForTimeout(500)
    }
  })
  await screenshot(head, 'desk-team-moves')
})

test('a call for help stands on the wall until somebody answers by name', async () => {
  const wall = await as('wall', { viewport: wide })
  await wall.goto('/wall')
  await mapReady(wall)
  await wall.getByText(/^实时 · /).waitFor()
  await tablet.goto('/tablet')
  const button = tablet.locator('.help-button > button')
  await button.click() // too short
  await tablet.getByText('按住 1 秒求助').waitFor()
  assert.equal(await server.sql('select count(*) from help_call'), '0')
  await button.hover()
  await tablet.mouse.down()
  await tablet.getByText('等待值班人员响应').waitFor()
  await tablet.mouse.up()
  const banner = wall.locator('.alert-banner.help')
  await banner.filter({ hasText: patrol.name }).waitFor()
  await banner.getByText('等待值班人员响应').waitFor()
  await free(wall, '.middle > .base-map')
  await screenshot(wall, 'wall-help')
  await clean(wall, 'help on the wall')
  await screenshot(tablet, 'tablet-help')

  await head.goto('/desk?page=teams-duty')
  const call = head.locator('.help-banner article').first()
  await call.getByText('求助 · 等待响应').waitFor()
  await free(head, '.desk > header')
  await screenshot(head, 'desk-help')
  await clean(head, 'help at the desk')
  await call.getByRole('button', { name: '响应' }).click()
  await banner.waitFor({ state: 'detached' })
  await tablet.getByText('值班长已响应求助').first().waitFor()
  await call.getByRole('button', { name: '解除' }).click()
  await call.getByLabel('处理结果').fill('同事已到场，平安')
  await clean(head, 'help is being closed')
  await call.getByRole('button', { name: '解除' }).click()
  await call.waitFor({ state: 'detached' })
  assert.equal(await server.sql(`select state || ' ' || result from help_call`), 'closed 同事已到场，平安')
  assert.deepEqual(wall.problems, [])
  await wall.context().close()
})

test('going off duty takes the place of the team away at once', async () => {
  await openPart(head, '现在在岗')
  const row = head.locator('.team-rows li').filter({ hasText: patrol.name })
  await row.waitFor()
  await tablet.goto('/tablet?page=me')
  await tablet.getByRole('button', { name: '下岗' }).click()
  await tablet.locator('.duty-chip').waitFor({ state: 'detached' })
  await row.waitFor({ state: 'detached' })
  assert.deepEqual(tablet.problems, [])
})

/** The longest lane that lies in one grid, and places along it about 20 metres apart, as [lon, lat]. */
async function alongALane() {
  const text = await server.sql(`
    with pick as (
      select s.grid, d.geom from lane l cross join st_dump(l.geom) d
        join grid_shape_now s on st_covers(s.geom, d.geom) join grid g on g.id = s.grid and g.kind <> 'micro'
      order by st_length(d.geom) desc limit 1)
    select json_build_object('grid', g.name, 'places', (
      select json_agg(json_build_array(st_x(p.geom), st_y(p.geom)) order by p.path[1])
      from st_dumppoints(st_segmentize(pick.geom::geography, 20)::geometry) p))
    from pick join grid g on g.id = pick.grid`)
  return JSON.parse(text)
}

test('phones with other programs tell where a team is, and its day is played back', async () => {
  await openPart(head, '定位设备')
  await head.getByRole('combobox', { name: /^队伍/ }).selectOption({ label: guard.name })
  await head.getByLabel('设备名称').fill('巡逻一号机')
  await head.getByLabel('持机人已知情同意').check()
  await head.getByRole('button', { name: '登记设备' }).click()
  const dialog = head.locator('dialog[open]')
  await dialog.getByText(`${server.url}/osmand`).waitFor()
  const token = await dialog.locator('dd').nth(1).innerText()
  await clean(head, 'the token of a device')
  await screenshot(head, 'desk-tracker')
  await dialog.getByRole('button', { name: '关闭' }).click()

  const { grid, places } = await alongALane()
  const duty = await command(head, '/api/duties', { team: guard.id })
  await server.sql(`update duty set started_at = started_at - interval '1 hour' where id = ${duty.id}`)
  // One place in half a minute, up and down the lane until it was half an hour.
  const way = Array.from({ length: 60 }, (_, i) => {
    const lap = Math.floor(i / (places.length - 1))
    const k = i % (places.length - 1)
    return places[lap % 2 ? places.length - 1 - k : k]
  })
  const requests = phoneRequests()
  const start = Date.now() - 30 * 60_000
  const statuses = new Set()
  for (const [i, place] of way.entries())
    statuses.add(
      await sendAsPhone(server.url, requests[i % requests.length], token, place, start + i * 30_000),
    )
  assert.deepEqual([...statuses], [200])
  assert.equal(await sendAsPhone(server.url, requests[0], 'a-stranger', places[0], Date.now()), 401)

  await openPart(head, '轨迹回放')
  await head.getByRole('combobox', { name: /^队伍/ }).selectOption({ label: guard.name })
  await head.getByLabel('查看目的（写入审计）').fill('核对巡逻')
  await head.getByRole('button', { name: '查看轨迹' }).click()
  const slider = head.getByRole('slider', { name: '时间' })
  await slider.waitFor()
  const value = async () => Number(await slider.inputValue())
  const rates = {}
  for (const speed of [1, 60]) {
    await head.getByRole('radio', { name: `×${speed}`, exact: true }).check()
    const [from, at] = [await value(), performance.now()]
    await head.getByRole('button', { name: '播放' }).click()
    await head.waitForTimeout(1500)
    rates[speed] = ((await value()) - from) / (performance.now() - at)
    await head.getByRole('button', { name: '暂停' }).click()
  }
  assert.ok(rates[1] > 0 && rates[1] < 1.5 && rates[60] > 5 * rates[1], JSON.stringify(rates))
  await slider.press('End')
  await mapReady(head)
  await head.locator('.team-day ol button').first().waitFor()
  await screenshot(head, 'desk-playback')
  await clean(head, 'playback')
  assert.match(
    await server.sql(`select purpose from audit where operation = 'get-team-day' order by id desc limit 1`),
    /核对巡逻/,
  )

  await openPart(head, '本周走过的巷道')
  await head.getByRole('button', { name: new RegExp(`^${grid}`) }).click()
  await head.locator('.lane-shares path.walked').first().waitFor()
  await screenshot(head, 'desk-lanes')
  await clean(head, 'lanes walked')
})

test('the nearest team on foot is sent from the incident on the map', async () => {
  const classes = await get(tablet, '/api/incident-classes')
  const { code } = classes.find(({ parent, private: hidden, urgent }) => parent && !hidden && !urgent)
  const house = (await get(tablet, '/api/buildings?limit=1')).items[0]
  let incident = await command(tablet, '/api/incidents', {
    id: uuid7(),
    building: house.id,
    class: code,
    urgency: 'normal',
    occurredAt: new Date().toISOString(),
  })
  for (const action of ['take_in', 'file'])
    incident = await command(head, `/api/incidents/${incident.id}/steps`, {
      version: incident.version,
      action,
    })
  const dispatcher = await as('dispatcher', { viewport: wide })
  await dispatcher.goto(`/desk${hash(incident.location)}/incident/${incident.id}`)
  const near = dispatcher.locator('.near-teams')
  await near.locator('li').first().waitFor()
  const rows = await get(dispatcher, `/api/incidents/${incident.id}/teams`)
  const free = rows.filter(({ state, metres }) => state === 'on_duty' && metres !== null)
  assert.deepEqual(
    free.map(({ metres }) => metres),
    free.map(({ metres }) => metres).sort((a, b) => a - b),
  )
  assert.match(await near.locator('li').first().innerText(), /步行 \d+ 米，约 \d+ 分钟/)
  await mapReady(dispatcher)
  await screenshot(dispatcher, 'desk-near-teams')
  await clean(dispatcher, 'who is near')
  await near.getByRole('button', { name: `派遣${rows[0].name}` }).click()
  await dispatcher.getByText(`已派遣${rows[0].name}`).waitFor()
  assert.equal((await get(dispatcher, `/api/incidents/${incident.id}`)).state, 'dispatched')
  assert.deepEqual(dispatcher.problems, [])
  await dispatcher.context().close()
})
