// One incident from 上报 to 结案 by seven people, each at their own page, with
// the light it must show at every board; then the same limits after the clock
// was moved: yellow, red, red card.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, openPage, screenshot } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'

let server, browser
before(async () => {
  server = await startServer({ clock: '2026-11-23T09:00:00+08:00' })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function as(login, path, options) {
  const page = await openPage(browser, { baseURL: server.url, ...options })
  await signIn(page, login, password)
  if (path) await page.goto(path)
  return page
}
const get = async (page, path) => (await page.request.get(path)).json()
const uuid = async (page) =>
  page.evaluate(() => {
    const at = Date.now().toString(16).padStart(12, '0')
    const rest = crypto.randomUUID()
    return `${at.slice(0, 8)}-${at.slice(8)}-7${rest.slice(15)}`
  })

/** Reports an incident of a class at a building of the leader's grid. */
async function report(page, code) {
  const { items } = await get(page, '/api/buildings?limit=1')
  const id = await uuid(page)
  const answer = await page.request.post('/api/incidents', {
    data: { id, class: code, building: items[0].id, occurredAt: '2026-11-23T01:00:00Z', place: '楼前路面' },
    headers: { 'Idempotency-Key': await uuid(page) },
  })
  assert.equal(answer.status(), 200, await answer.text())
  return answer.json()
}

/** Opens the card, sees the light, does one thing, and waits until it is said to be done. */
async function does(login, id, action, light, fill = async () => {}, confirm = false) {
  const page = await as(login, `/desk?page=board#/incident/${id}`)
  await page.locator('.incident-steps').waitFor()
  await page.locator(`.card .incident-light[data-light=${light}]`).waitFor()
  await page.locator('.incident-steps').getByRole('button', { name: action, exact: true }).click()
  await fill(page)
  if (confirm) await page.getByRole('button', { name: `确定${action}` }).click()
  await page.getByText(`已办理：${action}`).waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
}

test('seven people carry an incident from report to the end, every light right', async () => {
  const staff = await as('staff', '/desk')
  const { id, light } = await report(staff, '0401')
  assert.equal(light, 'green')
  await does('intake', id, '要求核实', 'green')
  await does('leader', id, '核实属实', 'green')
  await does('dutyhead', id, '立案', 'green', undefined, true)
  await does('dispatcher', id, '派遣', 'green', undefined, true)

  const handler = await as('handler', '/desk')
  await handler.locator('.notice-bell').click()
  await handler.locator('.notice-list button').filter({ hasText: '派给您单位' }).first().click()
  await handler.locator('.incident-steps').waitFor()
  await handler.context().close()

  await does('handler', id, '接单', 'green')
  await does('handler', id, '阶段完成', 'green', undefined, true)
  const solve = (page) => page.getByLabel('办理结果').fill('井盖已补装')
  await does('handler', id, '办结', 'green', solve, true)
  await does('secretary', id, '核查通过', 'green')
  await does('intake', id, '回访满意', 'green')

  await staff.goto(`/desk?page=board#/incident/${id}`)
  await staff.locator('.incident-timeline > li').nth(9).waitFor()
  const who = await get(staff, `/api/incidents/${id}/steps`)
  assert.deepEqual(
    who.map(({ actor }) => actor),
    [
      '网格员',
      '受理员',
      '网格长',
      '值班长',
      '派遣员',
      '处置单位',
      '处置单位',
      '处置单位',
      '社区书记',
      '受理员',
    ],
  )
  const closed = await get(staff, `/api/incidents/${id}`)
  assert.deepEqual([closed.state, closed.light, closed.satisfaction], ['closed', '', 'satisfied'])
  const told = await get(staff, '/api/notices')
  assert.ok(told.items.some(({ incident, kind }) => incident === id && kind === 'told'))
  await staff.context().close()
})

test('the light turns yellow, red and red card as the working hours go by', async (t) => {
  if (server.given) return t.skip('the clock of a given server is not ours')
  const staff = await as('staff', '/desk')
  const { id } = await report(staff, '0501') // to be taken in within two working hours of 9:00
  await staff.context().close()
  // Three of two hours, and noon is no working time: the card comes at half past one.
  for (const [clock, light] of [
    ['2026-11-23T10:45:00+08:00', 'yellow'],
    ['2026-11-23T11:10:00+08:00', 'red'],
    ['2026-11-23T14:30:00+08:00', 'card'],
  ]) {
    await server.kill()
    await server.start({ clock })
    const page = await as('intake', '/desk?page=board')
    const { dueAt, ...seen } = await get(page, `/api/incidents/${id}`)
    assert.equal(seen.light, light, `${clock}, due ${dueAt}`)
    await page.getByLabel('灯').selectOption(light)
    await page.locator(`.rows .incident-light[data-light=${light}]`).first().waitFor()
    await page.context().close()
  }
})

test('the board: keyboard, counts, nothing for axe to find', async () => {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 1920, height: 1080 },
  ]) {
    const page = await as('dutyhead', '/desk?page=board', { viewport })
    await page.getByRole('tab', { name: /待处置/ }).click()
    await page.locator('.rows [data-row="0"]').focus()
    await page.keyboard.press('j')
    await page.locator('.rows [data-row="1"]:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.incident-timeline > li').first().waitFor()
    assert.deepEqual(await axe(page), [])
    const wide = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    assert.ok(wide, 'scrolls sideways')
    await screenshot(page, `desk-incident-${viewport.width}`)
    assert.deepEqual(page.problems, [])
    await page.context().close()
  }
})
