import { expect, test } from 'vitest'
import { palettes } from '../palette'
import { hasText } from '@/ui/text'
import * as layers from './index'

const all = Object.entries(layers)

test('each layer has an id of its own and a title that exists', () => {
  expect(new Set(all.map(([, { about }]) => about.id)).size).toBe(all.length)
  for (const [name, { about }] of all) expect(hasText(about.title), name).toBe(true)
})

test.each(['light', 'dark'] as const)(
  'each layer explains itself in the %s key with words of the table',
  (theme) => {
    for (const [name, { about }] of all) {
      const lines = about.legend(palettes[theme])
      expect(lines.length, name).toBeGreaterThan(0)
      // A key without a text would show as undefined.
      for (const { label } of lines) expect(label, name).toMatch(/\S/)
      expect(new Set(lines.map(({ label }) => label)).size, name).toBe(lines.length)
    }
  },
)

test('a wall shows no homes', () => {
  const wall = all.filter(([, { about }]) => about.on.includes('wall')).map(([, { about }]) => about.id)
  expect(wall).not.toContain('hubs')
  expect(wall).toEqual(expect.arrayContaining(['grids', 'buildings', 'incidents', 'visits', 'teams']))
})
