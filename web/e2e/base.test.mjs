// Raster base maps: a GCJ-02 map is shifted back, so that a mark on it lies where
// its place is; a WGS 84 map is left alone.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'vite'
import { launch, openPage } from './lib/browser.mjs'
import { pixel, png } from './lib/png.mjs'
import { serveDist } from './lib/static.mjs'

// The middle of the map, north of the sample grids, and the same place in GCJ-02
// (src/map/crs.test.ts checks the conversion against a published pair).
const place = { lng: 121.4737, lat: 31.2504 }
const gcj = { lng: 121.478225, lat: 31.248467 }
const zoom = 16
const white = [255, 255, 255]
const red = [200, 0, 0]

/** Pixel of a place in the world at the zoom. */
function worldPixel({ lng, lat }) {
  const world = 256 * 2 ** zoom
  const s = Math.sin((lat * Math.PI) / 180)
  return [((lng + 180) / 360) * world, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * world]
}

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

/** Shows a white map of the kind with one red mark, 24 pixels wide, at a place in the map's own degrees. */
async function showMark(kind, mark) {
  const [mx, my] = worldPixel(mark)
  const page = await openPage(browser, { baseURL: server.url, viewport: { width: 1280, height: 500 } })
  await page.route('**/raster/**', (route) => {
    const [z, x, y] = new URL(route.request().url()).pathname.split('/').slice(2).map(Number)
    const near = (i, j) => z === zoom && Math.abs(x * 256 + i - mx) < 12 && Math.abs(y * 256 + j - my) < 12
    return route.fulfill({ contentType: 'image/png', body: png(256, (i, j) => (near(i, j) ? red : white)) })
  })
  // MapLibre counts zoom by tiles of 512 pixels, raster maps by 256.
  await page.goto(`/index.html?base=${kind}#${place.lng},${place.lat},${zoom - 1}`)
  const box = await page.locator('.base-map').boundingBox()
  return { page, x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function sees(page, x, y, colour) {
  let seen
  for (let i = 0; i < 50; i++) {
    seen = await pixel(page, x, y)
    if (seen.every((c, k) => Math.abs(c - colour[k]) < 12)) return
    await page.waitForTimeout(200)
  }
  assert.deepEqual(seen, colour)
}

test('a mark of a GCJ-02 map lies on its place', async () => {
  const { page, x, y } = await showMark('gcj', gcj)
  await sees(page, x, y, red)
  for (const [dx, dy] of [
    [15, 0],
    [-15, 0],
    [0, 15],
    [0, -15],
  ])
    await sees(page, x + dx, y + dy, white)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})

test('a WGS 84 map is not shifted, and its 审图号 stands at the bottom left', async () => {
  const { page, x, y } = await showMark('xyz', place)
  await sees(page, x, y, red)
  const credits = page.getByText('审图号：测试')
  assert.ok((await credits.boundingBox()).x < 250)
  assert.deepEqual(page.problems, [])
  await page.context().close()
})
