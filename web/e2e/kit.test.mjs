// The parts of the interface and the map core in a real browser, on a page that
// only the tests build: keyboard, states, picking, labels without a glyph server.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'vite'
import { axe, smallTargets } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot } from './lib/browser.mjs'
import { serveDist } from './lib/static.mjs'

const view = '#121.47370,31.23040,14.00'
let server, browser
before(async () => {
  await build({ configFile: join(import.meta.dirname, 'gallery/vite.config.ts'), logLevel: 'error' })
  server = await serveDist({}, join(import.meta.dirname, '.out/gallery'))
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function open(query = '', options) {
  const page = await openPage(browser, { baseURL: server.url, ...options })
  await page.goto(`/index.html${query}${view}`)
  await mapReady(page)
  return page
}

for (const theme of ['light', 'dark']) {
  test(`all parts in the ${theme} theme: axe finds nothing, nothing is refused`, async () => {
    const page = await open(`?theme=${theme}`)
    assert.deepEqual(await axe(page), [])
    await page.getByRole('tab', { name: '状态' }).click()
    await page.getByText('今天没有待访住户').waitFor()
    assert.deepEqual(await axe(page), [])
    await page.getByRole('button', { name: '打开对话框' }).click()
    await page.getByRole('dialog', { name: '提交审批？' }).waitFor()
    assert.deepEqual(await axe(page), [])
    assert.deepEqual(page.problems, [])
    await screenshot(page, `kit-${theme}`)
    await page.context().close()
  })
}

test('on the tablet every part can be hit with a thumb, at every text size', async () => {
  const page = await open('?face=tablet')
  for (const size of ['normal', 'large', 'huge']) {
    await page.evaluate((size) => (document.documentElement.dataset.textSize = size), size)
    assert.deepEqual(await smallTargets(page, 44), [], size)
  }
  await page.context().close()
})

test('a click on the map selects the grid, near a point the point, beside all of it nothing', async () => {
  const page = await open()
  await page.getByRole('button', { name: '关闭' }).click()
  const box = await page.locator('.base-map').boundingBox()
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const hashEnds = (end) => page.waitForFunction((end) => location.hash.endsWith(end), end)
  // The first click may come before the map has drawn what is to be picked.
  for (let i = 0; i < 30 && !page.url().endsWith('/grid/4'); i++) {
    await page.mouse.click(x + 40, y + 30)
    await page.waitForTimeout(500)
  }
  await hashEnds('/grid/4')
  // The fifth point stands 0.004° north of the middle: 0.004 × 512 × 2¹⁴ / 360 / cos 31.23° ≈ 109 pixels.
  await page.mouse.click(x + 3, y - 109)
  await hashEnds('/point/id-hexagon')
  await page.mouse.click(x, box.y + 20)
  await hashEnds(',14.00')
  await page.context().close()
})

test('the keyboard selects what stands in the middle of the map', async () => {
  const page = await open()
  await page.locator('.maplibregl-canvas').focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((view) => !location.hash.startsWith(view), view)
  // Again, where software drawing has not shown yet what is to be picked.
  for (let i = 0; i < 30 && !/\/grid\/[456]$/.test(page.url()); i++) {
    await page.keyboard.press('Enter')
    await page.waitForTimeout(500)
  }
  assert.match(page.url(), /\/grid\/[456]$/)
  await page.context().close()
})

test('a point that moved by a diff is found where it is now', async () => {
  const page = await open()
  await page.getByRole('button', { name: '关闭' }).click()
  const box = await page.locator('.base-map').boundingBox()
  await page.evaluate(() => window.shift())
  const there = { x: box.x + box.width / 2, y: box.y + box.height / 2 + 109 }
  await page.waitForFunction(
    async ({ x, y }) => {
      const canvas = document.querySelector('.maplibregl-canvas')
      for (const type of ['mousedown', 'mouseup', 'click'])
        canvas.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, bubbles: true }))
      return location.hash.endsWith('/point/id-circle')
    },
    there,
    { polling: 200 },
  )
  await page.context().close()
})

test('a table of 50,000 rows holds few of them in the page and is worked by keyboard', async () => {
  const page = await open()
  const grid = page.getByRole('grid', { name: '楼栋' })
  assert.ok((await grid.getByRole('row').count()) < 60)
  await page.getByRole('button', { name: '户数' }).click()
  await page.getByRole('button', { name: '户数' }).click()
  await page.locator('th[aria-sort=descending]').waitFor()
  await page.locator('tr[data-row][tabindex="0"]').focus()
  await page.keyboard.press('End')
  await page.locator('tr[data-row="49999"]:focus').waitFor()
  const name = await page.locator('tr[data-row="49999"] td').first().textContent()
  await page.keyboard.press('Enter')
  await page.locator('.opened', { hasText: name }).waitFor()
  await page.context().close()
})

test('search suggests, arrows choose, Enter takes, Escape closes', async () => {
  const page = await open()
  const field = page.getByRole('combobox', { name: '搜索' })
  await field.fill('12')
  await page.getByRole('option').nth(5).waitFor()
  await field.press('ArrowDown')
  await field.press('ArrowDown')
  assert.deepEqual(await axe(page), [])
  await field.press('Enter')
  await page.locator('.opened', { hasText: '120号楼' }).waitFor()
  assert.equal(await page.getByRole('listbox').isVisible(), false)
  await field.fill('没有的')
  await page.locator('.hits p', { hasText: '没有找到' }).waitFor()
  await page.context().close()
})

test('a dialog keeps the focus and gives it back, Escape closes it', async () => {
  const page = await open()
  const opener = page.getByRole('button', { name: '打开对话框' })
  await opener.click()
  const dialog = page.getByRole('dialog', { name: '提交审批？' })
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await opener.evaluate((button) => button === document.activeElement), true)
  await page.context().close()
})

test('a toast is read out and goes away', async () => {
  const page = await open()
  await page.getByRole('button', { name: '提示' }).click()
  await page.getByRole('status').filter({ hasText: '已保存在本机' }).waitFor()
  await page.getByText('已保存在本机').waitFor({ state: 'hidden' })
  await page.context().close()
})
