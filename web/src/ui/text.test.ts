import { afterEach, describe, expect, test } from 'vitest'
import { en } from './en'
import { ago, clock, day, hasText, moment, number, percent, setLanguage, t, weekdays } from './text'
import { zh } from './zh'

afterEach(() => setLanguage('zh'))

const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

describe('the text table', () => {
  test('says everything in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const [key, text] of Object.entries({ ...zh })) expect(text.trim(), key).not.toBe('')
    for (const [key, text] of Object.entries(en)) expect(text.trim(), key).not.toBe('')
  })

  test('has the same gaps in both languages', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[])
      expect(gaps(en[key]), key).toEqual(gaps(zh[key]))
  })

  test('says one term one way', () => {
    const nouns = Object.entries(zh).filter(([key]) => key.startsWith('noun.'))
    expect(new Set(nouns.map(([, text]) => text)).size).toBe(nouns.length)
  })
})

describe('t', () => {
  test('fills gaps, groups numbers and leaves unknown gaps alone', () => {
    expect(t('table.count', { n: 12430 })).toBe('共 12,430 条')
    expect(t('state.asOf', { time: '11:20' })).toBe('截至 11:20')
    expect(t('table.count')).toBe('共 {n} 条')
  })

  test('follows the language and tells the browser', async () => {
    await setLanguage('en')
    expect(t('noun.hub')).toBe('Member hub household')
    expect(document.documentElement.lang).toBe('en')
    await setLanguage('zh')
    expect(t('noun.hub')).toBe('党员中心户')
    expect(document.documentElement.lang).toBe('zh-CN')
  })

  test('knows which names it has', () => {
    expect(hasText('noun.grid')).toBe(true)
    expect(hasText('toString')).toBe(false)
  })
})

describe('numbers and times', () => {
  test('are those of the street, 24 hours, whatever the language', async () => {
    const at = '2026-11-22T16:05:00Z' // past midnight in Shanghai
    for (const language of ['zh', 'en'] as const) {
      await setLanguage(language)
      expect(day(at)).toBe('2026-11-23')
      expect(clock(at)).toBe('00:05')
      expect(moment(at)).toBe('2026-11-23 00:05')
    }
  })

  test('read well', () => {
    expect(number(8431)).toBe('8,431')
    expect(number(8.3721, 2)).toBe('8.37')
    expect(percent(0.824)).toBe('82%')
    expect(ago('2026-11-22T08:00:00Z', Date.parse('2026-11-22T08:03:10Z'))).toBe('3分钟前')
    expect(weekdays()).toEqual(['周一', '周二', '周三', '周四', '周五', '周六', '周日'])
  })
})
