// An import from the file to its undoing, in the browser, against a real server.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot } from './lib/browser.mjs'
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
  const page = await openPage(browser, { baseURL: server.url, viewport: { width: 1440, height: 900 } })
  await signIn(page, 'admin', password)
  await page.goto('/desk?page=import')
  await page.getByRole('heading', { name: '导入数据' }).waitFor()
  return page
}

/** “编号,点位名称,点位类型,X坐标,Y坐标” and its rows in GB18030: odd headers, one row with an error. */
async function oddTable(page) {
  const answer = await page.request.get('/api/points?limit=1')
  const { items } = await answer.json()
  const [lon, lat] = items[0].location ?? [items[0].lon, items[0].lat]
  const { execFileSync } = await import('node:child_process')
  const text = `编号,点位名称,点位类型,横向,纵向\nE2E1,测试服务站一,党员服务站,${lon},${lat}\nE2E2,测试心愿墙,心愿墙,${lon + 0.0005},${lat}\nE2E3,,活动室,${lon},${lat + 0.0005}\n`
  return execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: text })
}

test('a GB18030 table with odd headers walks all steps and is taken back', async () => {
  const page = await open()
  const buffer = await oddTable(page)
  await page.getByLabel('数据文件').setInputFiles({ name: '服务点名册.csv', mimeType: 'text/csv', buffer })
  await page.getByText('GB18030').waitFor()
  await page.getByLabel('导入为').selectOption('points')
  await page.getByRole('button', { name: '下一步：对应栏目' }).click()
  await page.getByText('还缺必填栏目').waitFor()
  for (const [head, to] of [
    ['编号', 'code'],
    ['点位名称', 'name'],
    ['点位类型', 'kind'],
    ['横向', 'lon'],
    ['纵向', 'lat'],
  ]) {
    await page.getByLabel(`“${head}”导入为`).selectOption(to)
    await page.locator('.columns-step select:not(:disabled)').first().waitFor()
  }
  await screenshot(page, 'desk-import-columns')
  await page.getByRole('button', { name: '检查（不写入）' }).click()
  await page.getByText(/有 1 处错误/).waitFor()
  await mapReady(page)
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'desk-import-check')
  const bad = await page.request.get(
    await page.getByRole('link', { name: '下载有错误的行' }).getAttribute('href'),
  )
  assert.match(await bad.text(), /E2E3/)
  await page.getByRole('button', { name: '跳过有错误的行，写入其余' }).click()
  await page.getByText(/已写入：新增 2/).waitFor()
  await screenshot(page, 'desk-import-written')
  await page.getByRole('button', { name: '撤销这次导入' }).click()
  await page.getByRole('button', { name: '确定撤销' }).click()
  await page.getByText('这次导入已撤销').waitFor()
  assert.deepEqual(page.problems, [])
  await page.context().close()
})
