import { expect, test } from 'vitest'
import { uuidv7 } from './uuid'

test('the example of RFC 9562 comes out', () => {
  // Appendix A.6: 2022-02-22 14:22:22 -05:00, rand_a cc3, rand_b 18c4dc0c0c07398f
  const random = new Uint8Array([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
  expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('version and variant are right whatever the randomness', () => {
  for (const byte of [0x00, 0xff])
    expect(uuidv7(1, new Uint8Array(10).fill(byte))).toMatch(
      /^00000000-0001-7[0f]{3}-[89ab][0f]{3}-[0f]{12}$/,
    )
})

test('later ones sort behind earlier ones, and no two are alike', () => {
  const made = Array.from({ length: 50 }, (_, i) => uuidv7(1_800_000_000_000 + i))
  expect([...made].sort()).toEqual(made)
  expect(new Set(Array.from({ length: 1000 }, () => uuidv7(5))).size).toBe(1000)
})
