// A resident without a sign-in: scans a sign with a phone, reports with a photo,
// follows it by its number, says whether it is solved; and what the office sees.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, crowded, smallTargets } from './lib/axe.mjs'
import { launch, openPage, screenshot } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'
import { uuid7 } from './lib/uuid.mjs'

const password = 'wangge-demo-2026'
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }
const wide = { width: 1920, height: 1080 }
const CALLER = '13800001111'
let server, browser, head, resident, token, receipt, incident

before(async () => {
  server = await startServer()
  browser = await launch()
  head = await as('dutyhead')
  resident = await openPage(browser, { baseURL: server.url, ...phone })
})
after(async () => {
  await browser?.close()
  await server?.close()
})

async function as(login) {
  const page = await openPage(browser, { baseURL: server.url, viewport: wide })
  await signIn(page, login, password)
  return page
}
const get = async (page, path) => (await page.request.get(path)).json()

async function clean(page, what, { targets = 0 } = {}) {
  assert.deepEqual(await axe(page), [], what)
  if (targets) assert.deepEqual(await smallTargets(page, targets), [], what)
  assert.deepEqual(await crowded(page), [], what)
  const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])
  assert.ok(whole <= inner, `${what}: scrolls sideways, ${whole} > ${inner}`)
}
/** Takes the report on its way as the office does, without opening a page for each. */
async function step(login, action, more = {}) {
  const page = await as(login)
  const { version } = await get(page, `/api/incidents/${incident}`)
  const answer = await page.request.post(`/api/incidents/${incident}/steps`, {
    data: { version, action, ...more },
    headers: { 'Idempotency-Key': uuid7() },
  })
  assert.equal(answer.status(), 200, `${action}: ${await answer.text()}`)
  await page.context().close()
}

test('signs are made for a grid and its houses, and stand six on a page to be printed', async () => {
  await head.goto('/desk?page=signs')
  await head.getByRole('button', { name: '生成缺少的扫码牌' }).click()
  await head.getByText(/^新生成 \d+ 块$/).waitFor()
  await head.locator('.signs-page tbody tr').nth(2).waitFor()
  await screenshot(head, 'desk-signs')
  await clean(head, 'signs')
  await head.getByRole('button', { name: '打印（A4）' }).click()
  const sheet = head.locator('.sign-sheet')
  await sheet.locator('article svg').first().waitFor()
  assert.equal(await sheet.locator('.page').first().locator('article').count(), 6)
  await screenshot(head, 'desk-signs-print')
  await clean(head, 'the sheet of signs')
  await head.emulateMedia({ media: 'print' })
  const side = head.locator('.side')
  assert.equal(await side.isVisible(), false, 'only the signs are printed')
  await head.emulateMedia({ media: 'screen' })
  await sheet.getByRole('button', { name: '关闭' }).last().click()
  token = await server.sql(
    `select token from sign where building is not null and retired_at is null order by id limit 1`,
  )
  assert.match(token, /^[a-z2-7]{16}$/)
})

test('a resident reports with a photo from a phone and keeps a number', async () => {
  await resident.goto(`/report/${token}`)
  await resident.getByText('您在').waitFor()
  await clean(resident, 'the form', { targets: 44 })
  await resident.getByRole('button', { name: '提交' }).click()
  await resident.getByText('请选择是什么事').waitFor() // in words, at its place
  await resident.locator('.classes label').first().click()
  await resident.getByLabel('说明情况').fill('东侧垃圾桶满了三天没有清运')
  await resident.getByLabel(/^具体地点/).fill('单元门口')
  await resident.getByLabel('联系电话（选填）').fill(CALLER)
  const picture = await head.screenshot({ type: 'jpeg', quality: 70 })
  await resident
    .getByLabel('添加照片')
    .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: picture })
  await resident.getByRole('img', { name: '第 1 张照片' }).waitFor()
  await resident.evaluate(() => scrollTo(0, 0))
  await screenshot(resident, 'report-form', { fullPage: true })
  await clean(resident, 'the form filled in', { targets: 44 })
  await resident.getByRole('button', { name: '提交' }).click()
  await resident.getByText('照片已发送').waitFor()
  const [number, secret] = await resident.locator('.report-receipt dd').allInnerTexts()
  receipt = { number, secret }
  await screenshot(resident, 'report-receipt')
  await clean(resident, 'the receipt', { targets: 44 })
  incident = await server.sql(`select id from incident where number = '${number}'`)
})

test('what is told of it by its number are states and times, nothing of persons', async () => {
  await resident.getByRole('button', { name: '查看进展' }).click()
  const status = resident.locator('.report-status article')
  await status.getByText(receipt.number).waitFor()
  await status.getByText('照片 1 张').waitFor()
  const told = await (await resident.request.post('/api/public/status', { data: receipt })).text()
  for (const text of [told, await resident.locator('main').innerText()]) {
    assert.ok(!text.includes(CALLER) && !text.includes('垃圾桶满了') && !text.includes('单元门口'), text)
    assert.doesNotMatch(text, /值班长|受理员|处置单位|网格长/)
  }
  const stranger = await openPage(browser, { baseURL: server.url, ...phone })
  await stranger.goto('/report')
  await stranger.getByLabel('编号').fill(receipt.number)
  await stranger.getByLabel('查询码').fill('AAAAAAAA')
  await stranger.getByRole('button', { name: '查询' }).click()
  await stranger.getByRole('alert').filter({ hasText: '编号或查询码不对' }).waitFor()
  await clean(stranger, 'a wrong secret', { targets: 44 })
  assert.deepEqual(stranger.problems, [])
  await stranger.context().close()
})

test('the office has it before it with the photo; the phone is told for a purpose and written down', async () => {
  const intake = await as('intake')
  await intake.goto('/desk?page=board')
  await intake.locator('.rows').getByText(receipt.number).first().click()
  await intake.getByRole('heading', { name: '居民扫码反映' }).waitFor()
  await intake.locator('.card img').first().waitFor()
  await screenshot(intake, 'desk-resident-report')
  await clean(intake, 'a report at the desk')
  await intake.getByRole('button', { name: '查看联系方式（留痕）' }).click()
  const asking = intake.locator('dialog[open]')
  await asking.getByLabel('为什么要看').fill('核实地点')
  await asking.getByRole('button', { name: '查看联系方式（留痕）' }).click()
  await intake.getByText(CALLER).waitFor()
  assert.equal(await server.sql(`select purpose from audit where operation = 'reveal-reporter'`), '核实地点')
  await intake.getByRole('button', { name: '受理', exact: true }).click()
  await intake.getByText('已办理：受理').waitFor()
  assert.deepEqual(intake.problems, [])
  await intake.context().close()
})

test('who is not content has it done again once, and who is ends it', async () => {
  for (const done of [false, true]) {
    if (!done) {
      await step('dutyhead', 'file')
      await step('dispatcher', 'dispatch')
      await step('handler', 'accept')
    } else {
      await step('dispatcher', 'dispatch')
      await step('handler', 'accept')
    }
    await step('handler', 'resolve', { result: '已清运', closeKind: 'material', photos: [uuid7()] })
    await step('secretary', 'pass')
    await resident.getByRole('button', { name: '查询' }).click()
    await resident.getByRole('heading', { name: '问题解决了吗？' }).waitFor()
    if (!done) {
      await resident.getByLabel('想说的话（选填）').fill('桶旁边还有散落的垃圾')
      await resident.evaluate(() => scrollTo(0, 0))
      await screenshot(resident, 'report-status', { fullPage: true })
      await clean(resident, 'is it solved', { targets: 44 })
    }
    await resident.getByRole('button', { name: done ? '解决了' : '没有解决', exact: true }).click()
    await resident.getByText('已记下，谢谢').waitFor()
  }
  assert.equal(
    await server.sql(`select state || ' ' || satisfaction from incident where id = '${incident}'`),
    'closed satisfied',
  )
  assert.deepEqual(resident.problems, [])
})

test('too many from one place are answered in words, and what was typed stays', async () => {
  const code = (await get(resident, `/api/public/signs/${token}`)).classes[0].code
  let status = 200
  for (let sent = 0; status === 200 && sent < 40; sent++) {
    const data = { sign: token, class: code, text: `灯不亮，第${sent}次` }
    const headers = { 'Idempotency-Key': uuid7() }
    status = (await resident.request.post('/api/public/reports', { data, headers })).status()
  }
  assert.equal(status, 429)
  await resident.goto(`/report/${token}`)
  await resident.locator('.classes label').first().click()
  await resident.getByLabel('说明情况').fill('楼道灯不亮')
  await resident.getByRole('button', { name: '提交' }).click()
  await resident.getByRole('alert').filter({ hasText: '现在反映的人太多，请过一小时再发' }).waitFor()
  assert.equal(await resident.getByLabel('说明情况').inputValue(), '楼道灯不亮')
  await resident.getByText('现在反映的人太多').scrollIntoViewIfNeeded()
  await screenshot(resident, 'report-too-many')
  await clean(resident, 'too many', { targets: 44 })
})
