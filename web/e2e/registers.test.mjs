// The registers at the desk: narrowed, sorted, added to, changed, traced, changed
// many at once and taken back, shown whole, taken out. Every test opens its
// register by its address: no map has to be drawn first.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readFileSync } from 'node:fs'
import { axe } from './lib/axe.mjs'
import { launch, openPage } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

let server, browser
before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

/** A register at the desk, read by a person, with its first rows there. */
async function openRegister(name, login = 'admin') {
  const page = await openPage(browser, { baseURL: server.url })
  await signIn(page, login, 'wangge-demo-2026')
  await page.goto(`/desk?page=${name}`)
  await page.locator('tr[data-row]').first().waitFor()
  return page
}
const rowsOf = (page) => page.locator('tr[data-row]')
const button = (page, name) => page.getByRole('button', { name, exact: true })
/** Does something and waits for the list it makes the page read anew. */
const listed = (page, name, act) =>
  Promise.all([
    page.waitForResponse((answer) => answer.url().includes(`/api/${name}?`) && answer.ok()),
    act(),
  ])

test('a register is narrowed by a column, sorted, and shows the columns one chooses', async () => {
  const page = await openRegister('buildings')
  await page.locator('summary', { hasText: '按栏目筛选' }).click()
  await page.getByLabel('栏目', { exact: true }).selectOption({ label: '楼层' })
  await page.getByLabel('比较').selectOption({ label: '不小于' })
  await page.getByLabel('值', { exact: true }).fill('7')
  await listed(page, 'buildings', () => button(page, '添加').click())
  await rowsOf(page).first().waitFor()
  const heads = await page.locator('thead th').allInnerTexts()
  const at = heads.findIndex((text) => text.includes('楼层'))
  const floors = await rowsOf(page).evaluateAll(
    (rows, n) => rows.map((row) => Number(row.cells[n].innerText)),
    at,
  )
  assert.ok(floors.length > 0 && floors.every((n) => n >= 7), `${floors}`)

  await listed(page, 'buildings', () => page.locator('thead th').nth(at).getByRole('button').click())
  await rowsOf(page).first().waitFor()
  const sorted = await rowsOf(page).evaluateAll(
    (rows, n) => rows.map((row) => Number(row.cells[n].innerText)),
    at,
  )
  assert.deepEqual(
    sorted,
    sorted.toSorted((a, b) => a - b),
  )

  await page.locator('summary', { hasText: /^栏目$/ }).click()
  await page.locator('.tools details input').last().uncheck()
  assert.equal((await page.locator('thead th').count()) + 1, heads.length)
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a record is added, changed while somebody else changes it, and traced', async () => {
  const page = await openRegister('courtyards')
  const other = await openRegister('courtyards')
  await rowsOf(page).first().click()
  await button(page, '修改').click()
  const year = page.getByLabel('建成年份')
  await year.waitFor()
  const now = (Number(await year.inputValue()) || 1990) + 1

  await rowsOf(other).first().click()
  await button(other, '修改').click()
  await other.locator('.entry-form').getByLabel('名称').fill('改名小区')
  await button(other, '保存').click()
  await other.locator('.entry-form').waitFor({ state: 'detached' })

  await year.fill('99')
  await button(page, '保存').click()
  await page
    .getByText(/建成年份应在1800到2200之间/)
    .first()
    .waitFor()
  await year.fill(String(now))
  assert.deepEqual(await axe(page), [])
  await button(page, '保存').click()
  await page.getByText(/他人刚改过，已换成最新内容/).waitFor()
  assert.equal(await page.locator('.entry-form').getByLabel('名称').inputValue(), '改名小区')
  assert.equal(await year.inputValue(), String(now))
  await button(page, '保存').click()
  await page.locator('.entry-form').waitFor({ state: 'detached' })
  await button(page, '变更历史').click()
  const changes = page.locator('.entry-history li')
  await changes.nth(1).waitFor()
  assert.match(await changes.first().innerText(), new RegExp(`建成年份[\\s\\S]*${now}`))
  assert.match(await changes.nth(1).innerText(), /名称[\s\S]*改名小区/)
  await other.context().close()
  await page.context().close()
})

test('a new record is in the list and its history begins', async () => {
  const page = await openRegister('points')
  await button(page, '新增').click()
  const form = page.locator('.entry-form')
  await form.getByRole('textbox', { name: /^编码/ }).fill('E2E-1')
  await button(page, '保存').click()
  await form.locator(':invalid').first().waitFor() // the browser asks for what is missing
  await form.getByRole('textbox', { name: /^名称/ }).fill('雨棚下的服务点')
  await form.getByRole('textbox', { name: /^位置/ }).fill(await somewhere())
  await button(page, '保存').click()
  await page.locator('.entry-form').waitFor({ state: 'detached' })
  await listed(page, 'points', () => page.getByLabel('名称、编码、地址').fill('雨棚下的服务点'))
  await rowsOf(page).filter({ hasText: '雨棚下的服务点' }).first().click()
  await button(page, '变更历史').click()
  await page.locator('.entry-history li', { hasText: '新增' }).waitFor()
  await page.context().close()
})

/** A place inside the demo street: the corner of a building. */
async function somewhere() {
  const page = await openRegister('buildings')
  const list = await page.request.get('/api/buildings?limit=1').then((answer) => answer.json())
  await page.context().close()
  return list.items[0].location.join(',')
}

test('several records are changed together after a preview, and taken back', async () => {
  const page = await openRegister('buildings')
  for (const n of [0, 1]) await rowsOf(page).nth(n).locator('input[type=checkbox]').check()
  await page.getByLabel('要改的栏目').selectOption({ label: '单元数' })
  await page.locator('.bulk-bar input').last().fill('77')
  await button(page, '预览').click()
  await page.getByText('共 2 条：将改动 2 条').waitFor()
  assert.deepEqual(await axe(page), [])
  await button(page, '写入 2 条').click()
  await button(page, '撤销这次批量修改').click()
  await page.getByText(/已撤销 2 条/).waitFor()
  await page.context().close()
})

test('what is masked is shown for a purpose and written down', async () => {
  const page = await openRegister('members', 'secretary')
  await rowsOf(page).first().click()
  await button(page, '修改').click()
  const name = page.locator('.entry-form').getByLabel('姓名')
  await name.waitFor()
  await page.getByLabel('查看用途').fill('核对花名册')
  await button(page, '显示（留痕）').click()
  const whole = await page.locator('.entry-form dd').first().innerText()
  assert.ok(whole.length > 1 && !whole.includes('*'), whole)
  const root = await openRegister('points')
  const { items } = await root.request.get('/api/audit').then((answer) => answer.json())
  assert.ok(items.some(({ operation, purpose }) => operation === 'show-member' && purpose === '核对花名册'))
  await root.context().close()
  await page.context().close()
})

test('what is narrowed is taken out as a workbook and as a GeoPackage', async () => {
  const page = await openRegister('points')
  for (const [format, magic] of [
    ['XLSX', 'PK'],
    ['GPKG', 'SQLite format 3'],
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: `导出 ${format}` }).click(),
    ])
    const head = readFileSync(await download.path())
      .subarray(0, magic.length)
      .toString()
    assert.equal(head, magic, download.suggestedFilename())
  }
  await page.context().close()
})
