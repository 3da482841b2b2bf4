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
