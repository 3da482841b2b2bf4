// The city's file of work orders, with headers nobody could know, from choosing it to
// taking it back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'
let server, browser, page
before(async () => {
  server = await startServer()
  browser = await launch()
  page = await openPage(browser, { baseURL: server.url, viewport: { width: 1440, height: 900 } })
  await signIn(page, 'intake', password)
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const rows = async () => {
  const { items } = await (await page.request.get('/api/buildings?limit=1')).json()
  const [lng, lat] = items[0].location
  return `案卷序号,市民反映,问题类型,地点,横向,纵向,回复期限,打电话的人,手机
CITY-1,路灯不亮三天了,路灯,,${lng},${lat},2030-11-24 17:00,王金丝雀,13812345678
CITY-2,小区井盖响,,某某小区门口,,,2030-11-25,,
CITY-3,时间写错的一件,,某某小区门口,,,改天,,
`
}
const said = [
  ['案卷序号', 'number'],
  ['市民反映', 'text'],
  ['问题类型', 'class'],
  ['地点', 'address'],
  ['横向', 'lon'],
  ['纵向', 'lat'],
  ['回复期限', 'deadline'],
  ['打电话的人', 'caller'],
  ['手机', 'phone'],
]
async function choose() {
  await page.goto('/desk?page=hotline')
  await page.getByRole('button', { name: '导入工单' }).click()
  await page
    .getByLabel('数据文件')
    .setInputFiles({ name: '市热线1122.csv', mimeType: 'text/csv', buffer: Buffer.from(await rows()) })
  await page.getByRole('button', { name: '下一步：对应栏目' }).click()
}

test('a file with headers of its own is mapped, checked on the map, written without its bad row', async () => {
  await choose()
  await page.getByText(/还缺必填栏目：.*工单编号/).waitFor()
  for (const [head, to] of said) {
    await page.getByLabel(`“${head}”导入为`).selectOption(to)
    await page.locator('.columns-step select:not(:disabled)').first().waitFor()
  }
  await page.getByText('王＊＊').waitFor()
  assert.equal(await page.getByText('王金丝雀').count(), 0, 'a caller is shown')
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'desk-hotline-columns')
  await page.getByRole('button', { name: '检查（不写入）' }).click()
  await page.getByText(/有 1 处错误/).waitFor()
  await page.getByText('看不懂这个时间').waitFor()
  await mapReady(page)
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'desk-hotline-check')
  const bad = await page.request.get(
    await page.getByRole('link', { name: '下载有错误的行' }).getAttribute('href'),
  )
  assert.match(await bad.text(), /CITY-3/)
  await page.getByRole('button', { name: '跳过有错误的行，写入其余' }).click()
  await page.getByText(/已写入：新建 2 件/).waitFor()
  await page.getByRole('button', { name: '返回工单' }).click()
  await page.getByRole('grid', { name: '12345工单' }).getByText('CITY-1').waitFor()
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'desk-hotline')
})

test('the same headers are known the next time; the file is taken back and its orders are void', async () => {
  await choose()
  await page.getByText('检查（不写入）').waitFor()
  assert.equal(await page.getByText('还缺必填栏目').count(), 0)
  await page.goto('/desk?page=hotline')
  await page.getByRole('button', { name: '导入工单' }).click()
  await page.locator('.history button').filter({ hasText: '已写入' }).first().click()
  await page.getByRole('button', { name: '撤销这次导入' }).click()
  await page.getByText(/新建的 2 件作废/).waitFor()
  await page.getByRole('button', { name: '确定撤销' }).click()
  await page.getByText('这次导入已撤销').waitFor()
  assert.equal(
    await server.sql(
      `select count(*) filter (where i.state = 'void') from incident i join incident_step s on s.incident = i.id where s.action = 'undo_import'`,
    ),
    '2',
  )
  assert.equal(await server.sql(`select count(*) from hotline_order where number like 'CITY-%'`), '0')
  assert.deepEqual(page.problems, [])
})
