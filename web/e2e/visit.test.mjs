// A matter from the door to the way back, a campaign from the desk to the tablet,
// and the coverage of the street.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, smallTargets } from './lib/axe.mjs'
import { launch, mapReady, openPage, screenshot, viewports } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'
let server, browser, tablet, desk

before(async () => {
  server = await startServer()
  browser = await launch()
  const baseURL = server.url
  tablet = await openPage(browser, { baseURL, viewport: viewports.tablet })
  desk = await openPage(browser, { baseURL, viewport: viewports.desk })
  await signIn(tablet, 'leader', password)
  await signIn(desk, 'secretary', password)
})
after(async () => {
  await browser?.close()
  await server?.close()
})

test('every due door says why, and the houses of the grid are coloured by it', async () => {
  await tablet.goto('/tablet')
  await mapReady(tablet)
  await tablet.locator('.due-list .work button').first().waitFor()
  const whys = await tablet.locator('.due-list .work small').allInnerTexts()
  assert.ok(whys.length > 0)
  for (const why of whys) assert.match(why, /从未走到|每 \d+ 天一访|约定|专项|等回告/)
  await tablet.getByRole('button', { name: '图层' }).click()
  await tablet.getByText('楼栋 · 都已走访').waitFor()
  await screenshot(tablet, 'tablet-due')
  await tablet.getByRole('button', { name: '图层' }).click()
  assert.deepEqual(await axe(tablet), [])
  assert.deepEqual(await smallTargets(tablet, 44), [])
})

test('what is taken back is done and told, each with a tap and words where words are due', async () => {
  await tablet.locator('.due-list .work button').first().click()
  await tablet.getByRole('radio', { name: '有人' }).check()
  await tablet.getByRole('radio', { name: '带回办理' }).check()
  await tablet.getByLabel('情况说明').fill('想在楼道装扶手')
  await tablet.getByRole('button', { name: '保存' }).click()
  await tablet.locator('.due-list').waitFor()
  await tablet.getByRole('button', { name: '事项' }).click()
  await tablet.getByRole('radio', { name: /^在办/ }).check()
  const row = tablet.locator('.matter-list li').filter({ hasText: '想在楼道装扶手' })
  await row.getByRole('button', { name: '办好了' }).click()
  await row.getByLabel('办理结果').fill('扶手已装好')
  await row.getByRole('button', { name: '保存' }).click()
  await tablet.getByRole('radio', { name: /^待回告/ }).check()
  await row.getByText('结果：扶手已装好').waitFor()
  await screenshot(tablet, 'tablet-matters')
  assert.deepEqual(await axe(tablet), [])
  await row.getByRole('button', { name: '已回告' }).click()
  await row.waitFor({ state: 'detached' })
  assert.equal(
    await server.sql(
      `select matter_state(v) || ' ' || (told_at is not null) from visit v where note = '想在楼道装扶手'`,
    ),
    'told true',
  )
})

test('what is to be reported goes on in the report with what is known', async () => {
  await tablet.goto('/tablet')
  await tablet.locator('.due-list .work button').first().click()
  await tablet.getByRole('radio', { name: '有人' }).check()
  await tablet.getByRole('radio', { name: '已上报' }).check()
  await tablet.getByLabel('情况说明').fill('楼道堆物堵门')
  await tablet.getByRole('button', { name: '保存' }).click()
  assert.equal(await tablet.getByLabel('情况描述').inputValue(), '楼道堆物堵门')
  await tablet.getByRole('radio', { name: '市容环境' }).check()
  await tablet.getByRole('radio', { name: '暴露垃圾' }).check()
  await tablet.getByRole('button', { name: '提交' }).click()
  await tablet.locator('.incident-way').waitFor()
  assert.equal(
    await server.sql(
      `select i.source || ' ' || matter_state(v) from incident i join visit v on v.id = i.visit where v.note = '楼道堆物堵门'`,
    ),
    'visit open',
  )
})

test('a wish is said, granted and told, and what was brought stands on the visit', async () => {
  await tablet.goto('/tablet')
  await tablet.locator('.due-list .work button').first().click()
  await tablet.getByRole('radio', { name: '有人' }).check()
  await tablet.getByRole('button', { name: '微心愿' }).click()
  await tablet.getByRole('textbox', { name: '微心愿' }).fill('想要一副放大镜')
  await tablet.getByRole('button', { name: '需求', exact: true }).click()
  await tablet.getByRole('button', { name: '慰问物品' }).click()
  await tablet.getByLabel('物品', { exact: true }).selectOption({ label: '大米（袋）' })
  await tablet.getByLabel('数量').fill('2')
  await tablet.getByRole('textbox', { name: '微心愿' }).scrollIntoViewIfNeeded()
  await screenshot(tablet, 'tablet-wish')
  assert.deepEqual(await axe(tablet), [])
  assert.deepEqual(await smallTargets(tablet, 44), [])
  await tablet.getByRole('button', { name: '保存' }).click()
  await tablet.locator('.due-list').waitFor()
  assert.equal(
    await server.sql(
      `select a.kind || ' ' || ask_state(a) || ' ' || i.amount || ' ' || (select count(*) from ask o where o.visit = a.visit) from ask a join visit_item i on i.visit = a.visit where a.text = '想要一副放大镜'`,
    ),
    'wish open 2 1', // the need was left empty and says nothing
  )
  await tablet.getByRole('button', { name: '事项' }).click()
  await tablet.getByRole('radio', { name: /^在办/ }).check()
  const row = tablet.locator('.ask-row').filter({ hasText: '想要一副放大镜' })
  await row.getByRole('button', { name: '办好了' }).click()
  await row.getByLabel('办理结果').fill('党员老李已配好')
  await row.getByRole('button', { name: '保存' }).click()
  await tablet.getByRole('radio', { name: /^待回告/ }).check()
  await row.getByText('结果：党员老李已配好').waitFor()
  await screenshot(tablet, 'tablet-wishes')
  assert.deepEqual(await axe(tablet), [])
  await row.getByRole('button', { name: '走访', exact: true }).click()
  await tablet.getByText('大米2袋').waitFor()
  await tablet.goto('/tablet?page=matters')
  await tablet.getByRole('radio', { name: /^待回告/ }).check()
  await row.getByRole('button', { name: '已回告' }).click()
  await row.waitFor({ state: 'detached' })
  assert.equal(await server.sql(`select ask_state(a) from ask a where a.text = '想要一副放大镜'`), 'told')
})

test('a wish is written down between visits, from the card of the household', async () => {
  const household = await server.sql(
    `select household from visit v where v.household is not null and v.grid = (select grid from visit where note = '想在楼道装扶手') order by occurred_at limit 1`,
  )
  await tablet.goto('about:blank')
  await tablet.goto(`/tablet#/household/${household}`)
  await tablet.getByRole('button', { name: '登记微心愿或需求' }).click()
  await tablet.locator('.ask-form').getByRole('button', { name: '保存' }).click()
  await tablet.getByText('请写下住户想要什么').first().waitFor()
  await tablet.getByLabel('住户想要什么').fill('想学会用手机挂号')
  await tablet.getByLabel('住户想要什么').scrollIntoViewIfNeeded()
  await screenshot(tablet, 'tablet-wish-any-time')
  assert.deepEqual(await axe(tablet), [])
  assert.deepEqual(await smallTargets(tablet, 44), [])
  await tablet.locator('.ask-form').getByRole('button', { name: '保存' }).click()
  await tablet.getByText('微心愿已登记').waitFor()
  await tablet.locator('.card-part').getByText('想学会用手机挂号').waitFor()
  assert.equal(
    await server.sql(
      `select household || ' ' || (visit is null) || ' ' || ask_state(a) from ask a where text = '想学会用手机挂号' and household = ${household} and visit is null`,
    ),
    `${household} true open`,
  )
})

test('the items that may be brought are kept at the desk', async () => {
  await desk.goto('/desk?page=dictionary')
  const list = desk.locator('.item-list')
  await list.getByLabel('新物品名称').fill('春联')
  await list.getByLabel('单位').fill('副')
  await list.getByRole('button', { name: '添加物品' }).click()
  const item = list.locator('li').filter({ hasText: '春联（副）' })
  await item.getByRole('button', { name: '停用' }).click()
  await item.getByText('已停用').waitFor()
  await item.scrollIntoViewIfNeeded()
  await screenshot(desk, 'desk-items')
  assert.deepEqual(await axe(desk), [])
})

test('a campaign made at the desk is in the due list of its grid', async () => {
  await desk.goto('/desk?page=campaigns')
  const running = desk.locator('.campaigns-page li').filter({ hasText: '独居高龄家庭入户安全检查' })
  await running.getByText(/走到 .+ 户（.+%），见到/).waitFor() // the street's own is under way
  await running.getByRole('button', { name: '各网格进度' }).click()
  await desk.locator('.campaigns-page .parts li').first().waitFor()
  await screenshot(desk, 'desk-campaign-running')
  await desk.getByRole('button', { name: '发起专项走访' }).click()
  await desk.getByLabel('名称').fill('冬季送温暖')
  await desk
    .getByRole('textbox', { name: /^结束日期/ })
    .fill(new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10))
  await desk.getByRole('button', { name: '先数一数' }).click()
  await desk.getByText(/共 .* 户，名单在发起时确定/).waitFor()
  await desk.getByRole('button', { name: '发起', exact: true }).click()
  await desk.getByRole('heading', { name: /冬季送温暖/ }).waitFor()
  await desk.getByRole('button', { name: '各网格进度' }).first().click()
  await desk.locator('.campaigns-page .parts li').first().waitFor()
  await screenshot(desk, 'desk-campaigns')
  assert.deepEqual(await axe(desk), [])
})

test('the coverage of the territory stands grid by grid and month by month', async () => {
  await desk.goto('/desk?page=coverage')
  await desk.locator('.coverage-page tbody tr').first().waitFor()
  assert.equal(await desk.locator('.coverage-page thead th').count(), 7)
  const sums = await desk.locator('.coverage-page tfoot td small').last().innerText()
  const [met, due] = sums.replaceAll(',', '').split('/').map(Number)
  assert.ok(due > 0 && met <= due, sums)
  await screenshot(desk, 'desk-coverage')
  assert.deepEqual(await axe(desk), [])
})
