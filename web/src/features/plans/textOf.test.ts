import { expect, test } from 'vitest'
import { textOf } from './textOf'

const bytes = (...all: number[]) => new Uint8Array(all).buffer

test('a table is read in UTF-8 and as a Chinese Excel saves it', () => {
  expect(textOf(new TextEncoder().encode('楼栋,网格').buffer)).toBe('楼栋,网格')
  // 楼栋,网格 in GB 18030
  expect(textOf(bytes(0xc2, 0xa5, 0xb6, 0xb0, 0x2c, 0xcd, 0xf8, 0xb8, 0xf1))).toBe('楼栋,网格')
})
