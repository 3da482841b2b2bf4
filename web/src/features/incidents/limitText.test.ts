import { expect, test } from 'vitest'
import { limitLines, parseLimits } from './limitText'

test('limits are read as they are written', () => {
  const limits = [
    { name: '设围挡', amount: 30, unit: 'minute' },
    { name: '修复', amount: 4, unit: 'hour' },
    { name: '拆除', amount: 20, unit: 'work_day' },
  ] as const
  expect(limitLines(limits)).toBe('设围挡 30 分钟\n修复 4 小时\n拆除 20 工作日')
  expect(parseLimits(limitLines(limits))).toEqual({ limits, wrong: null })
})

test('a line that makes no sense is named', () => {
  expect(parseLimits('处置 4 工作小时\n\n处置 很快').wrong).toBe(3)
  expect(parseLimits('处置 0 小时').wrong).toBe(1)
})
