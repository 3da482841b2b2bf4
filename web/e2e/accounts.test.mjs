// Accounts as the administrator and their owner meet them: making one with a
// grant, the first sign-in with the one-time password, ending a sign-in from
// elsewhere, the second factor, and the audit that lists all of it.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { axe } from './lib/axe.mjs'
import { launch, openPage } from './lib/browser.mjs'
import { signIn, startServer } from './lib/server.mjs'

const password = 'wangge-demo-2026'
const fresh = 'my own long password'
const login = `e2e-${Date.now().toString(36)}`

let server, browser, oneTime, secret
before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const open = () => openPage(browser, { baseURL: server.url })

async function type(page, name, word) {
  await page.goto('/login')
  await page.locator('[autocomplete=username]').fill(name)
  await page.locator('[autocomplete=current-password]').fill(word)
  await page.locator('.sign-in-form [type=submit]').click()
}

/** RFC 6238: SHA-1, 6 digits, so many steps of 30 seconds from now. */
function code(base32, steps = 0) {
  const bits = [...base32.replace(/[\s=]/g, '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps))
  const mac = createHmac('sha1', key).update(step).digest()
  const at = mac.at(-1) & 15
  return `${(mac.readUInt32BE(at) & 0x7fffffff) % 1e6}`.padStart(6, '0')
}

test('the administrator makes an account with a grant; its password is shown once', async () => {
  const page = await open()
  await signIn(page, 'admin', password)
  await page.goto('/desk?page=accounts')
  await page.getByRole('button', { name: '新建账号' }).click()
  const form = page.locator('.account-form')
  await form.getByRole('textbox', { name: /^账号/ }).fill(login)
  await form.getByRole('textbox', { name: /^姓名/ }).fill('新来的人')
  await form.getByRole('button', { name: '添加授权' }).click()
  await form.getByRole('button', { name: '保存' }).click()
  oneTime = (await page.locator('.account-form .secret').innerText()).trim()
  assert.ok(oneTime.length >= 10)
  assert.deepEqual(await axe(page), [], 'one-time password')
  await page.getByRole('button', { name: '我已记下' }).click()
  await page.locator('.data-table').getByText(login).first().waitFor()
  assert.deepEqual(await axe(page), [], 'accounts')
  await page.context().close()
})

test('the first sign-in asks for a password of one’s own', async () => {
  const page = await open()
  await type(page, login, oneTime)
  await page.locator('.password-form').waitFor()
  assert.deepEqual(await axe(page), [], 'forced change')
  const fields = page.locator('.password-form input')
  await fields.nth(0).fill(oneTime)
  for (let i = 1; i < (await fields.count()); i++) await fields.nth(i).fill(fresh)
  await page.locator('.password-form [type=submit]').click()
  await page.locator('.sign-in-form').waitFor()
  await type(page, login, fresh)
  await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  await page.context().close()
})

test('signing out everywhere ends the sign-in on the other device', async () => {
  const here = await open()
  const there = await open()
  for (const page of [here, there]) await signIn(page, login, fresh)
  await there.goto('/desk')
  await here.goto('/desk?page=me')
  await here.locator('.session-list').getByRole('button', { name: '全部退出' }).click()
  await here.waitForURL('**/login')
  assert.equal((await there.request.get('/api/me')).status(), 401)
  for (const page of [here, there]) await page.context().close()
})

test('the second factor is set up and asked for', async () => {
  const page = await open()
  await signIn(page, login, fresh)
  await page.goto('/desk?page=me')
  await page.getByRole('button', { name: '启用' }).click()
  secret = (await page.locator('.totp-setup code').first().innerText()).trim()
  assert.deepEqual(await axe(page), [], 'setting up')
  await page.getByLabel('2. 输入验证器显示的6位数字').fill(code(secret, -1))
  await page.getByRole('button', { name: '确认启用' }).click()
  await page.getByText('每个只能用一次', { exact: false }).waitFor()
  await page.context().close()

  const again = await open()
  await type(again, login, fresh)
  await again.locator('[autocomplete=one-time-code]').waitFor()
  assert.deepEqual(await axe(again), [], 'second step')
  await again.locator('[autocomplete=one-time-code]').fill(code(secret))
  await again.locator('.sign-in-form [type=submit]').click()
  await again.waitForURL((url) => !url.pathname.startsWith('/login'))
  await again.context().close()
})

test('the audit lists all of it, for the administrator alone', async () => {
  const page = await open()
  await signIn(page, 'admin', password)
  await page.goto('/desk?page=audit')
  for (const words of ['新建账号', '修改密码', '结束自己的登录', '启用动态口令'])
    await page.locator('tr[data-row]').filter({ hasText: words }).first().waitFor()
  assert.deepEqual(await axe(page), [], 'audit')
  const other = await open()
  await signIn(other, 'leader', password)
  assert.equal((await other.request.get('/api/audit')).status(), 403)
  for (const one of [page, other]) await one.context().close()
})
