// What tests of redrawing share: the ground of a plan, where its cells are on the page, its table of grids.
import assert from 'node:assert/strict'

/** A plan open in the editor of a page. */
export function planDesk(page, plan) {
  let ground
  const degrees = (x, y) => [(ground.origin[0] + x) / 1e8, (ground.origin[1] + y) / 1e8]
  const rowOf = (name) =>
    page.locator('.plan-grid-table tbody tr', { has: page.getByText(name, { exact: true }) }).first()

  /** Where a place in degrees is on the page; the address says what the map looks at. */
  async function pixel([lng, lat]) {
    const box = await page.locator('.plan-editor .maplibregl-canvas').boundingBox()
    const [clng, clat, zoom] = new URL(page.url()).hash.slice(1).split('/')[0].split(',').map(Number)
    const size = 512 * 2 ** zoom
    const x = (degree) => ((degree + 180) / 360) * size
    const y = (degree) =>
      (0.5 - Math.log(Math.tan(Math.PI / 4 + (degree * Math.PI) / 360)) / (2 * Math.PI)) * size
    return [box.x + box.width / 2 + x(lng) - x(clng), box.y + box.height / 2 + y(lat) - y(clat)]
  }

  return {
    get ground() {
      return ground
    },
    degrees,
    pixel,
    rowOf,
    /** Reads the plan's cells and arcs anew. */
    async read() {
      const response = await page.request.get(`/api/plans/${plan}/cells`)
      assert.ok(response.ok(), `the cells of plan ${plan}: ${response.status()}`)
      ground = await response.json()
      return ground
    },
    /** Waits until every gesture is with the server. */
    saved: () =>
      page.waitForFunction(() =>
        /已保存/.test(document.querySelector('.plan-foot [data-unsent="0"]')?.textContent ?? ''),
      ),
    count: (label) =>
      ground.cells.now.reduce((sum, now, i) => sum + (now === label ? ground.cells.households[i] : 0), 0),
    nameOf: (label) => ground.grids.find(({ grid }) => grid === label).name,
    householdsOf: async (name) =>
      Number((await rowOf(name).locator('td').nth(1).innerText()).replace(/\D/g, '')),
    /** The longest border arc of a grid with homes on the other side: its middle and the cells at both sides. */
    borderOf(label) {
      const { left, right, length, points } = ground.arcs
      const { now, households, community } = ground.cells
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
      const mine = ground.cells.now.flatMap((now, i) => (now === label ? [i] : []))
      const [xs, ys] = [mine.map((i) => ground.cells.x[i]), mine.map((i) => ground.cells.y[i])]
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
