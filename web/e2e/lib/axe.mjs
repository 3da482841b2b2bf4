import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Findings of axe-core by WCAG 2.0–2.2 A and AA on the page as it stands, one line each; must be empty. */
export async function axe(page) {
  // evaluate is not bound by the page's policy, unlike a script element.
  await page.evaluate(source)
  const { violations } = await page.evaluate(
    (values) => axe.run(document, { runOnly: { type: 'tag', values } }),
    tags,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} – ${node.failureSummary.replaceAll('\n', ' ')}`),
  )
}

/** Controls that are smaller than `least` CSS pixels on either side and in sight; must be empty. */
export function smallTargets(page, least) {
  return page.evaluate((least) => {
    const controls = document.querySelectorAll(
      'button, a[href], select, label:has(input), input, [role=option]',
    )
    return [...controls]
      .filter((c) => !c.closest('label') || c.tagName === 'LABEL')
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.width < least - 0.5 || box.height < least - 0.5))
      .map(({ control, box }) => `${control.outerHTML.slice(0, 80)} is ${box.width}×${box.height}`)
  }, least)
}

/** Pairs of controls in sight that lie on each other, and controls that stick out of the window; must be empty. */
export function crowded(page) {
  return page.evaluate(() => {
    const called = (e) => e.outerHTML.slice(0, 90)
    const seen = [...document.querySelectorAll('button, a[href], select, textarea, input')]
      .filter((e) => !e.closest('thead, .maplibregl-map, [aria-hidden=true]'))
      .map((e) => ({ e, box: e.getBoundingClientRect() }))
      .filter(({ e, box }) => {
        if (box.width < 4 || box.height < 4) return false
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
        return top !== null && (e.contains(top) || e.closest('label') === top)
      })
    const out = seen
      .filter(({ box }) => box.right > innerWidth + 1 || box.left < -1)
      .map(({ e }) => `sticks out: ${called(e)}`)
    seen.forEach(({ e, box }, i) => {
      for (const other of seen.slice(i + 1)) {
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
        if (wide > 3 && high > 3 && !e.contains(other.e) && !other.e.contains(e))
          out.push(`${called(e)} lies on ${called(other.e)}`)
      }
    })
    return out
  })
}
