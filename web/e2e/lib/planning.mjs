// What tests of the plan editor share: signing in, a plan of one community, and where things of its ground are on the page.
import assert from 'node:assert/strict'
import { mapReady, openPage } from './browser.mjs'
import { signIn } from './server.mjs'

const password = 'wangge-demo-2026'
export const viewport = { width: 1920, height: 1080 }

/** Opens a page as somebody of the demo. */
export async function openAs(browser, server, login, path, options = {}) {
  const page = await openPage(browser, { baseURL: server.url, viewport, reducedMotion: 'reduce', ...options })
  await signIn(page, login, password)
  await page.goto(path)
  return page
}

/** Asks the API as the one who is signed in on a page. */
export async function ask(page, path) {
  const response = await page.request.get(path)
  assert.ok(response.ok(), `${path}: ${response.status()}`)
  return response.json()
}

/** Gives a command as the one who is signed in on a page. */
export async function tell(page, path, data) {
  const response = await page.request.post(path, {
    headers: { 'Idempotency-Key': crypto.randomUUID(), Origin: new URL(page.url()).origin },
    data,
  })
  assert.ok(response.ok(), `${path}: ${response.status()} ${await response.text()}`)
  return response.json()
}

/** A fresh draft of the grids of today in one community; its number. */
export async function newPlan(page, name, community = 0) {
  const areas = await ask(page, '/api/areas')
  const communities = areas.items.filter(({ level }) => level === 'community')
  const { id } = await tell(page, '/api/plans', {
    name,
    communities: [communities[community].id],
    from: 'current',
  })
  return id
}

/** Opens a plan in the editor and waits until it can be drawn on. */
export async function openPlan(page, id) {
  await page.goto(`/planner?page=plan-${id}`)
  await mapReady(page)
  await page.getByRole('grid', { name: '方案里的网格' }).waitFor()
}

/** The ground of a plan as the server tells it, with what tests ask of it. */
export async function readGround(page, plan) {
  const ground = await ask(page, `/api/plans/${plan}/cells`)
  const degrees = (x, y) => [(ground.origin[0] + x) / 1e8, (ground.origin[1] + y) / 1e8]
  const { cells, grids } = ground
  return {
    ...ground,
    degrees,
    /** Degrees of a cell by its place in the columns. */
    at: (i) => degrees(cells.x[i], cells.y[i]),
    count: (label, column = 'households') =>
      cells.now.reduce((sum, now, i) => sum + (now === label ? cells[column][i] : 0), 0),
    nameOf: (label) => grids.find(({ grid }) => grid === label).name,
    /** Places of the cells of a grid. */
    of: (label) => cells.now.flatMap((now, i) => (now === label ? [i] : [])),
    /** A border arc of a grid with homes on the other side: its middle, and the cells at both sides. */
    borderOf(label) {
      const { left, right, length, points } = ground.arcs
      const { now, households, community } = cells
      let best = null
      left.forEach((l, arc) => {
        const [a, b] = [l - 1, right[arc] - 1]
        if (a < 0 || b < 0 || now[a] === now[b] || community[a] !== community[b] || !now[a] || !now[b]) return
        const [mine, other] = now[a] === label ? [a, b] : [b, a]
        if (now[mine] !== label || !households[other] || (best && best.length >= length[arc])) return
        const way = [[points[arc][0], points[arc][1]]]
        for (let i = 2; i < points[arc].length; i += 2) {
          const [x, y] = way.at(-1)
          way.push([x + points[arc][i], y + points[arc][i + 1]])
        }
        const k = Math.floor((way.length - 1) / 2)
        const at = [(way[k][0] + way[k + 1][0]) / 2, (way[k][1] + way[k + 1][1]) / 2]
        best = { length: length[arc], at: degrees(...at), mine, other }
      })
      return best
    },
    /** A line across a grid through its middle, over the longer way. */
    lineAcross(label) {
      const mine = cells.now.flatMap((now, i) => (now === label ? [i] : []))
      const [xs, ys] = [mine.map((i) => cells.x[i]), mine.map((i) => cells.y[i])]
      const [w, e, s, n] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
      const wide = e - w > n - s
      const middle = [...(wide ? xs : ys)].sort((a, b) => a - b)[mine.length >> 1]
      const ends = wide
        ? [
            [middle, s - 3000],
            [middle, n + 3000],
          ]
        : [
            [w - 3000, middle],
            [e + 3000, middle],
          ]
      return ends.map((at) => degrees(...at))
    },
  }
}

/** Where a place in degrees is on the page; the address says what the map looks at. */
export async function pixel(page, [lng, lat]) {
  const box = await page.locator('.plan-editor .maplibregl-canvas').boundingBox()
  const [clng, clat, zoom] = new URL(page.url()).hash.slice(1).split('/')[0].split(',').map(Number)
  const size = 512 * 2 ** zoom
  const x = (degree) => ((degree + 180) / 360) * size
  const y = (degree) =>
    (0.5 - Math.log(Math.tan(Math.PI / 4 + (degree * Math.PI) / 360)) / (2 * Math.PI)) * size
  return [box.x + box.width / 2 + x(lng) - x(clng), box.y + box.height / 2 + y(lat) - y(clat)]
}

/** Where the keyboard's cursor is on the page; the middle of the map before it wakes. */
async function cursor(page) {
  // The cross is drawn in the frame after the key.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const cross = await page
    .locator('.hand-cursor')
    .boundingBox({ timeout: 200 })
    .catch(() => null)
  const box = cross ?? (await page.locator('.plan-editor .maplibregl-canvas').boundingBox())
  return [box.x + box.width / 2, box.y + box.height / 2]
}
/** Leads the cursor to a place in degrees by arrow keys, as straight as they go. */
export async function steer(page, place) {
  const canvas = page.locator('.plan-editor .maplibregl-canvas')
  await canvas.focus()
  if (!(await page.locator('.hand-cursor').isVisible())) await page.keyboard.press('ArrowRight')
  const drawing = await page.locator('.hand-cursor.down').isVisible()
  const keys = [
    ['ArrowLeft', 'ArrowRight'],
    ['ArrowUp', 'ArrowDown'],
  ]
  // A map that still settles moves under the cursor: where it has come to is looked at again.
  for (let look = 0; look < 3; look++) {
    const [to, at] = [await pixel(page, place), await cursor(page)]
    const rest = [to[0] - at[0], to[1] - at[1]]
    if (Math.max(...rest.map(Math.abs)) < (look ? 4 : 1.5)) return
    while (Math.max(...rest.map(Math.abs)) >= 1.5) {
      const axis = Math.abs(rest[0]) > Math.abs(rest[1]) ? 0 : 1
      const far = Math.abs(rest[axis])
      const [step, modifier] = far >= 48 && !drawing ? [48, 'Shift+'] : far >= 12 ? [12, ''] : [3, 'Control+']
      await page.keyboard.press(modifier + keys[axis][rest[axis] < 0 ? 0 : 1])
      rest[axis] -= Math.sign(rest[axis]) * step
    }
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }
}
/** The row of a grid in the table of a plan. */
export const rowOf = (page, name) =>
  page.locator('.plan-grid-table tbody tr', { has: page.getByText(name, { exact: true }) }).first()

/** The households the page tells of a grid. */
export const householdsOf = async (page, name) =>
  Number((await rowOf(page, name).locator('td').nth(1).innerText()).replace(/\D/g, ''))

/** Waits until every gesture is with the server. */
export const saved = (page) =>
  page.waitForFunction(() =>
    /已保存/.test(document.querySelector('.plan-foot [data-unsent="0"]')?.textContent ?? ''),
  )

/** Waits until the map rests: its address is written after each move. */
export async function atRest(page) {
  await page.waitForFunction(
    () =>
      new Promise((done) => {
        const was = location.hash
        setTimeout(() => done(was !== '' && was === location.hash), 500)
      }),
  )
}

/** A plan in the editor of a page: its ground as it was read last, and where that is on the page. */
export function planDesk(page, plan) {
  let ground
  return {
    get ground() {
      return ground
    },
    async read() {
      ground = await readGround(page, plan)
      return ground
    },
    degrees: (x, y) => ground.degrees(x, y),
    count: (label, column) => ground.count(label, column),
    nameOf: (label) => ground.nameOf(label),
    borderOf: (label) => ground.borderOf(label),
    lineAcross: (label) => ground.lineAcross(label),
    pixel: (place) => pixel(page, place),
    rowOf: (name) => rowOf(page, name),
    householdsOf: (name) => householdsOf(page, name),
    saved: () => saved(page),
  }
}
