// Walking and siting on the planner's desk: the coverage by foot, its blank spots, the best place for one of them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

let server, browser, page
before(async () => {
  server = await startServer()
  browser = await launch()
  page = await openPage(browser, {
    baseURL: server.url,
    viewport: { width: 1680, height: 1000 },
    reducedMotion: 'reduce',
  })
  await signIn(page, 'planner', 'wangge-demo-2026')
})
after(async () => {
  await browser?.close()
  await server?.close()
})
const covered = async () =>
  Number((await page.locator('.siting-figures .within strong').innerText()).replace('%', ''))

test('who walks how far: the figures follow the minutes, and a straight line flatters', async () => {
  await page.goto('/planner?page=siting')
  await page.getByRole('button', { name: '步行与选址' }).waitFor()
  await page.locator('.siting-figures .within').waitFor()
  await mapReady(page)
  const ten = await covered()
  await page.getByLabel('步行时限').selectOption({ label: '3 分钟' })
  await page.locator('.siting-figures dt', { hasText: '步行 3 分钟内' }).waitFor()
  const three = await covered()
  assert.ok(three < ten, `${three} % within three minutes, ${ten} % within ten`)
  const straight = Number(
    (await page.locator('.siting-figures .straight strong').first().innerText()).replace('%', ''),
  )
  assert.ok(straight > three, `${straight} % in a straight line, ${three} % on foot`)
  await mapReady(page)
  await screenshot(page, 'planner-siting')
  assert.deepEqual(await axe(page), [])
})

test('a blank spot gets a place, better than the one of today', async () => {
  await page.getByRole('tab', { name: /^空白点/ }).click()
  const spots = page.locator('.spot-list li')
  await spots.first().waitFor()
  assert.deepEqual(await axe(page), [])
  await spots.first().getByRole('button', { name: '为这里选址' }).click()
  await page.getByText(/^空白点：/).waitFor()
  await page.getByLabel('同现址比较').selectOption({ index: 1 })
  await page.getByRole('button', { name: '比较候选地点' }).click()
  const rows = page.getByRole('table', { name: '候选地点，新覆盖多的在前' }).locator('tbody tr')
  await rows.nth(1).waitFor()
  const within = async (row) => parseFloat(await row.locator('td').nth(4).innerText())
  assert.ok((await within(rows.nth(1))) > (await within(rows.nth(0))), 'more within the minutes than today')
  await rows.nth(1).getByRole('button').click()
  await page.waitForTimeout(800) // the map comes to rest
  await mapReady(page)
  await screenshot(page, 'planner-sites')
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
})

test('blank spots of branches are grids without one', async () => {
  await page.getByLabel('看什么').selectOption({ label: '网格党支部' })
  await page.getByRole('tab', { name: '覆盖' }).click()
  await page.locator('.siting-figures dt', { hasText: '网格有党支部' }).waitFor()
  assert.deepEqual(page.problems, [])
})
