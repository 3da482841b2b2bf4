// A voice note: said without a network, heard, deleted, said again, sent when
// there is one, heard by those who may with a line in the audit; its limit counts
// down, and a refused microphone is told in words.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { axe, smallTargets } from './lib/axe.mjs'
import {
  launch,
  launchProfile,
  mapReady,
  microphone,
  openPage,
  patience,
  scratch,
  screenshot,
  viewports,
} from './lib/browser.mjs'
import { breakableNetwork } from './lib/proxy.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'
let server, network, profile, context, page, browser

before(async () => {
  server = await startServer()
  network = await breakableNetwork(server.url)
  profile = scratch()
  context = await launchProfile(profile, { baseURL: network.url, more: microphone })
  page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(patience(15_000))
  browser = await launch(microphone)
})
after(async () => {
  await context?.close()
  await browser?.close()
  await network?.close()
  await server?.close()
  if (profile) rmSync(profile, { recursive: true, force: true })
})

/** Records until the clock shows `until`. */
async function say(on, until) {
  await on.getByRole('button', { name: '开始录音' }).click()
  await on.getByRole('timer').filter({ hasText: until }).waitFor()
  await on.getByRole('button', { name: '停止录音' }).click()
}

test('without a network a visit is said instead of written, heard, deleted and said again', async () => {
  await signIn(page, 'leader', password)
  await page.goto('/tablet')
  await mapReady(page)
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active.state)
  await page.locator('.due-list .work button').first().waitFor()
  network.down()
  await page.locator('.due-list .work button').first().click()
  await page.getByRole('radio', { name: '有人' }).check()
  await page.getByRole('button', { name: '开始录音' }).click()
  await page.getByRole('timer').filter({ hasText: '还可录 1:5' }).waitFor()
  await page.getByRole('button', { name: '停止录音' }).scrollIntoViewIfNeeded()
  await screenshot(page, 'tablet-recording')
  await page.getByRole('button', { name: '停止录音' }).click()
  await page.getByRole('button', { name: /^播放第 1 段/ }).click()
  await page.getByRole('button', { name: '停止播放第 1 段录音' }).click()
  await page.getByRole('button', { name: '删除第 1 段录音' }).click()
  await page.getByRole('button', { name: /^播放第 1 段/ }).waitFor({ state: 'detached' })
  await say(page, '正在录音 0:02')
  await page.getByText(/已录 0:0\d，可以先听一遍/).waitFor()
  await page.getByRole('button', { name: /^播放第 1 段/ }).scrollIntoViewIfNeeded()
  await screenshot(page, 'tablet-recorded')
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(await smallTargets(page, 44), [])
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存在本机').first().waitFor()
})

test('it waits in the outbox and goes after its visit, once, when there is a network', async () => {
  await page.goto('/tablet?page=outbox')
  await page.locator('.outbox-row').filter({ hasText: '语音说明' }).waitFor()
  network.cutReplies = 2 // the visit and its recording both come twice
  network.back()
  await page.locator('.outbox-row[data-state=sent]').filter({ hasText: '语音说明' }).waitFor()
  assert.equal(
    await server.sql(
      `select count(*) || ' ' || bool_and(r.seconds between 1 and 8) || ' ' || bool_and(v.offline or not v.offline) from recording r join visit v on v.id = r.entity and r.noun = 'visit'`,
    ),
    '1 true true',
  )
})

test('whoever sees the visit may listen, and that is in the audit', async () => {
  const office = await openPage(browser, { baseURL: server.url, viewport: viewports.desk })
  await signIn(office, 'secretary', password)
  const id = await server.sql(`select entity from recording where noun = 'visit'`)
  const heard = `select count(*) from audit where operation = 'listen-recording' and entity = '${id}'`
  await office.goto(`/desk#/visit/${id}`)
  const list = office.locator('.recording-list')
  await list.getByText('收听会记入审计').waitFor()
  assert.equal(await server.sql(heard), '0')
  await list.getByRole('button', { name: /^播放第 1 段/ }).click()
  await list.getByRole('button', { name: '停止播放第 1 段录音' }).waitFor()
  await screenshot(office, 'desk-recording')
  await list.getByRole('button', { name: /^播放第 1 段/ }).waitFor() // it ends by itself
  assert.equal(await server.sql(heard), '1')
  assert.deepEqual(await axe(office), [])
  assert.deepEqual(office.problems, [])

  // What the server wrote anew says its length and can be jumped in.
  const recording = await server.sql(`select id from recording where noun = 'visit'`)
  const played = await office.evaluate(async (address) => {
    const sound = new Audio(URL.createObjectURL(await (await fetch(address)).blob()))
    await new Promise((done, failed) => {
      sound.onloadedmetadata = done
      sound.onerror = () => failed(new Error(sound.error.message))
    })
    const length = sound.duration
    await new Promise((done) => {
      sound.onseeked = done
      sound.currentTime = 1
    })
    return { length, at: sound.currentTime }
  }, `/api/recordings/${recording}`)
  assert.ok(played.length > 1 && played.length < 8 && played.at === 1, JSON.stringify(played))
})

test('whoever recorded it deletes it for good, after a question', async () => {
  const id = await server.sql(`select entity from recording where noun = 'visit'`)
  await page.goto('about:blank')
  await page.goto(`/tablet#/visit/${id}`)
  const list = page.locator('.recording-list')
  await list.getByRole('button', { name: '永久删除第 1 段录音' }).click()
  const question = page.locator('dialog[open]')
  await question.getByText(/将从服务器永久删除/).waitFor()
  await screenshot(page, 'tablet-recording-delete')
  assert.deepEqual(await axe(page), [])
  assert.deepEqual(await smallTargets(page, 44), [])
  await question.getByRole('button', { name: '永久删除' }).click()
  await list.waitFor({ state: 'detached' })
  assert.equal(
    await server.sql(
      `select (deleted_at is not null) || ' ' || (select count(*) from audit where operation = 'delete-recording') from recording where noun = 'visit'`,
    ),
    'true 1',
  )
})

test('the limit counts down and ends the recording by itself', async () => {
  const tablet = await openPage(browser, { baseURL: server.url, viewport: viewports.tablet })
  await signIn(tablet, 'leader', password)
  await tablet.clock.install()
  await tablet.goto('/tablet')
  await tablet.locator('.due-list .work button').first().click()
  await tablet.getByRole('button', { name: '开始录音' }).click()
  await tablet.getByRole('timer').waitFor()
  await tablet.clock.fastForward('01:50')
  await tablet.getByRole('timer').filter({ hasText: '还可录 0:' }).waitFor()
  await tablet.clock.fastForward('00:15')
  await tablet.getByRole('timer').waitFor({ state: 'detached' })
  await tablet.getByRole('button', { name: /^播放第 1 段录音/ }).waitFor()
})

test('a microphone that is refused is told in words, and the form goes on', async () => {
  const strict = await launch()
  try {
    const tablet = await openPage(strict, { baseURL: server.url, viewport: viewports.tablet })
    await signIn(tablet, 'leader', password)
    await tablet.goto('/tablet')
    await tablet.locator('.due-list .work button').first().click()
    await tablet.getByRole('button', { name: '开始录音' }).click()
    await tablet.getByText(/麦克风没有被允许|没有找到麦克风/).waitFor()
    await tablet.getByRole('radio', { name: '无人' }).check()
    await tablet.getByRole('button', { name: '保存' }).click()
    await tablet
      .getByText(/已保存/)
      .first()
      .waitFor()
  } finally {
    await strict.close()
  }
})
