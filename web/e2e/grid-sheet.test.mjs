// The register form and map of an official grid, from its card: of today and of another day, printed by the browser.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, mapReady, patience, screenshot, viewports } from './lib/browser.mjs'
import { ask, openAs } from './lib/planning.mjs'
import { startServer } from './lib/server.mjs'

let server, browser
before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

/** Opens the sheets from the card of the selected grid. */
async function sheets(page) {
  await page.locator('.selected-card').getByRole('button', { name: '划分登记表' }).click()
  const dialog = page.locator('dialog.plan-sheets[open]')
  await dialog.locator('.sheet-map svg .own').waitFor({ timeout: patience(30_000) })
  return dialog
}

for (const [login, face, viewport] of [
  ['planner', 'planner', { width: 1440, height: 900 }],
  ['leader', 'tablet', viewports.tablet],
  ['secretary', 'desk', viewports.desk],
])
  test(`${face}: the form and map of a grid, one page each`, async () => {
    const page = await openAs(browser, server, login, `/${face}`, { viewport, serviceWorkers: 'block' })
    const all = (await ask(page, '/api/grids?limit=500')).items.filter(({ kind }) => kind === 'basic')
    const [lng, lat] = all[0].label
    await page.goto(`/${face}#${lng},${lat},16/grid/${all[0].id}`)
    await mapReady(page)
    const dialog = await sheets(page)
    assert.match(await dialog.locator('.sheet-form').innerText(), /东至\s+\S+[\s\S]*北至\s+\S+/)
    assert.equal(await dialog.locator('.sheet-form h3').innerText(), `网格划分登记表 · ${all[0].name}`)
    const words = await dialog.locator('.sheet-map').innerText()
    for (const part of ['图例', '北', '比例尺', '制图']) assert.ok(words.includes(part), `${part} is missing`)
    assert.deepEqual(await axe(page), [])
    if (face === 'tablet') await screenshot(page, 'tablet-grid-sheet')
    const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true })
    const out = process.env.WANGGE_SCREENSHOTS ?? join(import.meta.dirname, '.out')
    writeFileSync(join(out, `grid-sheet-${face}.pdf`), paper)
    const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length
    assert.equal(pages, 2, 'a form and a map')
    // The form stands upright from its title on, the map lies across.
    const boxes = [...paper.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)]
    assert.deepEqual(
      boxes.map(([, width, height]) => Number(width) > Number(height)),
      [false, true],
    )
    // Before there was any grid there is no sheet, and the page says so.
    const day = dialog.getByRole('textbox', { name: /哪一天的/ })
    await day.fill('2001-01-01')
    await day.press('Enter')
    await dialog.getByText(/那一天还没有设立/).waitFor()
    assert.deepEqual(
      page.problems.filter((text) => !/WebSocket/.test(text)),
      [],
    )
    await page.context().close()
  })

test('desk: the registers of another day, looked at and not changed', async () => {
  const page = await openAs(browser, server, 'secretary', '/desk?page=past', { serviceWorkers: 'block' })
  await mapReady(page)
  const banner = page.locator('.past-banner')
  await banner.getByText(/您在看 .+ 的划分，不是现在的。/).waitFor()
  const rows = page.getByRole('grid', { name: '网格' }).locator('tbody tr')
  await rows.first().click()
  const card = page.locator('.past-grid')
  await card.getByText('网格团队').waitFor()
  assert.ok((await card.locator('tbody tr').count()) > 3, 'its buildings are listed')
  for (const word of ['编辑', '保存', '删除', '新建'])
    assert.equal(await page.locator('.past-space').getByRole('button', { name: word }).count(), 0, word)
  const known = page.getByRole('textbox', { name: /当时所知/ })
  await known.fill('2025-06-01')
  await known.press('Enter')
  await banner.getByText(/您在看 2025-06-01 时所知的/).waitFor()
  assert.deepEqual(await axe(page), [])
  await screenshot(page, 'desk-past')
  await banner.getByRole('button', { name: '回到今天' }).click()
  await page.locator('.past-space').waitFor({ state: 'detached' })
  assert.deepEqual(
    page.problems.filter((text) => !/WebSocket/.test(text)),
    [],
  )
})
