import { describe, expect, test } from 'vitest'
import { zhStart } from './zhStart'

// What the page for signing in is made of, as text.
const sources = {
  ...import.meta.glob<string>(
    ['../faces/login/*', '../faces/mount.ts', './*.vue', '../store/*.ts', '../api/*.ts'],
    { query: '?raw', import: 'default', eager: true },
  ),
  ...import.meta.glob<string>(['../features/session/*', '../features/account/*'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
}

describe('the texts a page starts with', () => {
  test('are enough for signing in', () => {
    const asked = new Set(
      Object.values(sources).flatMap((text) =>
        [...text.matchAll(/\bt\('([\w.]+)'/g)].map((m) => m[1] as string),
      ),
    )
    expect(asked.size).toBeGreaterThan(50)
    expect([...asked].filter((key) => !Object.hasOwn(zhStart, key))).toEqual([])
  })
})
