// The planner against a real server: grids as table and map, checks, layers, measuring.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot, viewports } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'
let server, browser
before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function open(path = '/planner') {
  const page = await openPage(browser, {
    baseURL: server.url,
    viewport: viewports.desk,
    reducedMotion: 'reduce',
  })
  await signIn(page, 'planner', password)
  await page.goto(path)
  await mapReady(page)
  await page.getByRole('grid', { name: '网格一览' }).waitFor()
  return page
}
const hash = (page) => new URL(page.url()).hash

test('all grids stand in a table and on the map; nothing to object to', async () => {
  const page = await open()
  assert.match(await page.getByText(/个网格 · 户数中位/).innerText(), /^\d+ 个网格/)
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
  await screenshot(page, 'planner')
  await page.context().close()
})

test('a row leads to its grid: map, card and address; the address brings it back', async () => {
  const page = await open()
  const row = page.getByRole('row', { name: /第2网格/ }).first()
  const name = (await row.getByRole('gridcell').or(row.locator('td')).first().innerText()).trim()
  await row.click()
  await page.getByRole('heading', { level: 2, name }).waitFor()
  await page.waitForFunction(() => /\/grid\/\d+$/.test(location.hash))
  await page.getByText(`已选：${name}`).waitFor()
  assert.deepEqual(await axe(page), [])
  const place = hash(page)
  await page.reload()
  await mapReady(page)
  await page.getByRole('heading', { level: 2, name }).waitFor()
  assert.equal(hash(page).split('/').slice(1).join('/'), place.split('/').slice(1).join('/'))
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('what the map shows at its centre is picked by keyboard', async () => {
  const page = await open()
  await page
    .getByRole('row', { name: /第1网格/ })
    .first()
    .click()
  await page.waitForFunction(() => /\/grid\/\d+$/.test(location.hash))
  await page.keyboard.press('Escape') // closes the card
  await page.waitForFunction(() => !location.hash.includes('/'))
  const canvas = page.locator('.maplibregl-canvas')
  await canvas.focus()
  // Again, where software drawing has not shown yet what is to be picked.
  const picked = () => /\/[a-z]+\/\d+$/.test(page.url())
  for (let i = 0; i < 30 && !picked(); i++) {
    await page.keyboard.press('Enter')
    await page.waitForTimeout(500)
  }
  assert.ok(picked(), page.url())
  await page.context().close()
})

test('sorting by households puts the largest grid on top', async () => {
  const page = await open()
  const button = page.getByRole('button', { name: '户数' })
  await button.click()
  await button.click()
  const numbers = await page.locator('.grid-table tr[data-row] td:nth-child(2)').allInnerTexts()
  const values = numbers.map((text) => Number(text.replaceAll(',', '')))
  assert.deepEqual(
    values,
    [...values].sort((a, b) => b - a),
  )
  await page.context().close()
})

test('a community narrows the table and the checks', async () => {
  const page = await open()
  const all = Number(await page.getByRole('tab', { name: /^网格/ }).locator('.count').innerText())
  await page.getByLabel('社区', { exact: true }).selectOption({ index: 1 })
  const some = page.getByRole('tab', { name: /^网格/ }).locator('.count')
  await page.waitForFunction((n) => Number(document.querySelector('[role=tab] .count').textContent) < n, all)
  assert.ok(Number(await some.innerText()) > 0)
  await page.context().close()
})

test('checks name each grid that breaks a rule and lead to it', async () => {
  const page = await open()
  await page.getByRole('tab', { name: /^检查/ }).click()
  const white = page.getByRole('button', { name: /没有党支部/ })
  assert.ok((await white.count()) > 0, 'the demo street has white spots')
  await white.first().click()
  await page.waitForFunction(() => /\/grid\/\d+$/.test(location.hash))
  await page.getByRole('heading', { level: 2, name: /网格/ }).first().waitFor()
  assert.deepEqual(await axe(page), [])
  await page.context().close()
})

test('a layer that is switched on shows, explains itself, and is remembered', async () => {
  const page = await open()
  await page.getByRole('button', { name: '图层' }).click()
  await page.getByRole('checkbox', { name: '网格党支部' }).check()
  await page.getByRole('checkbox', { name: '党员中心户' }).check()
  const legend = page.getByRole('region', { name: '图例' })
  await legend.getByText('空白点').waitFor()
  await legend.getByText('服务的楼栋').waitFor()
  assert.deepEqual(await axe(page), [])
  await page.reload()
  await mapReady(page)
  await page.getByRole('button', { name: '图层' }).click()
  assert.ok(await page.getByRole('checkbox', { name: '网格党支部' }).isChecked())
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a distance is measured without a mouse', async () => {
  const page = await open('/planner#120.62000,30.71000,16.00')
  await page.getByRole('button', { name: '测距' }).click()
  await page.locator('.maplibregl-canvas').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await page.waitForTimeout(800)
  await page.keyboard.press('Space')
  const said = await page.getByText(/^共 \d+ 米$/).innerText()
  // An arrow moves the map by 100 pixels; at zoom 16 and 30.7° N one is 1.03 m.
  assert.ok(Math.abs(Number(said.match(/\d+/)[0]) - 103) <= 3, said)
  assert.ok(!hash(page).includes('/'), 'measuring selects nothing')
  await page.keyboard.press('Escape')
  await page.getByText(/点击加点/).waitFor()
  await page.context().close()
})
