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

async function open() {
  const page = await openPage(browser, {
    baseURL: server.url,
    viewport: viewports.desk,
    reducedMotion: 'reduce',
  })
  await signIn(page, 'admin', password)
  await page.goto('/desk?page=doctor')
  await page.getByRole('heading', { level: 2, name: '数据体检' }).waitFor()
  await page.getByRole('navigation', { name: '体检项目' }).waitFor()
  return page
}
const count = async (page, name) =>
  Number((await page.getByRole('button', { name }).locator('.number').innerText()).replaceAll(',', ''))

/** Waits until the check with these words has counted n. */
const counted = (page, words, n) =>
  page.waitForFunction(
    ([text, number]) =>
      [...document.querySelectorAll('.check-rail button')].some(
        (b) => b.textContent.includes(text) && b.querySelector('.number').textContent === String(number),
      ),
    [words, n],
  )

test('white spots stand first, with their list and their places', async () => {
  const page = await open()
  await page.getByRole('heading', { level: 3, name: '网格没有党支部（空白点）' }).waitFor()
  await page.getByRole('grid', { name: /空白点/ }).waitFor()
  await mapReady(page)
  await page.locator('.case-table tr[data-row]').first().click()
  await page.locator('.case-table tr[aria-selected=true]').waitFor()
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
  await screenshot(page, 'desk-doctor')
  await page.context().close()
})

test('a fix says what it will change, does it, and is taken back', async () => {
  const page = await open()
  const check = /网格没有党支部/
  const before = await count(page, check)
  assert.ok(before > 0, 'the demo street has white spots')
  await page.getByRole('button', { name: '处理', exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('无（空白点）').waitFor()
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'desk-doctor-fix')
  await dialog.getByRole('button', { name: '确认处理' }).click()
  await page.getByText(/^已处理：/).waitFor()
  await counted(page, '空白点', before - 1)
  await page.getByRole('button', { name: '处理记录' }).click()
  await page.getByRole('button', { name: '撤销' }).first().click()
  await page.getByText(/^已撤销：/).waitFor()
  await page
    .getByText(/ 撤销$/)
    .first()
    .waitFor()
  await counted(page, '空白点', before)
  await screenshot(page, 'desk-doctor-done')
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('what is marked as checked leaves the list, with its reason', async () => {
  const page = await open()
  await page.getByRole('button', { name: /网格户数不合规模/ }).click()
  await page.getByRole('grid', { name: '网格户数不合规模' }).waitFor()
  const before = await count(page, /网格户数不合规模/)
  await page.getByRole('button', { name: '已核对' }).first().click()
  await page.getByRole('dialog').getByLabel('理由（可不填）').fill('商业区，已核实')
  await page.getByRole('button', { name: '标为已核对' }).click()
  await page.getByText('另有 1 条已核对，不再提示').waitFor()
  await counted(page, '网格户数不合规模', before - 1)
  await page.getByRole('button', { name: '处理记录' }).click()
  await page.getByRole('button', { name: '撤销' }).first().click()
  await page.getByText(/^已撤销：/).waitFor()
  await page.context().close()
})
