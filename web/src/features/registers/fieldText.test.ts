import { describe, expect, it } from 'vitest'
import type { Field } from '@/store/entries'
import { fromInput, toInput } from './fieldText'

const field = (kind: Field['kind'], more: Partial<Field> = {}): Field => ({
  name: 'x',
  title: '某项',
  kind,
  required: false,
  fixed: false,
  personal: false,
  nouns: ['building', 'lane'],
  choices: [],
  low: 0,
  high: 0,
  hint: '',
  ...more,
})

describe('the input of a field', () => {
  it.each([
    ['text', '绿地', '绿地', '绿地'],
    ['int', 6, '6', 6],
    ['number', 2.5, '2.5', 2.5],
    ['bool', false, 'false', false],
    ['ref', 12, ['building/12'], 12],
    ['refs', [3, 4], ['building/3', 'building/4'], [3, 4]],
    ['thing', 'lane/5', ['lane/5'], 'lane/5'],
    ['many', ['读报'], ['读报'], ['读报']],
    ['place', [121.5, 31.2], '121.5,31.2', [121.5, 31.2]],
    ['ref', null, [], null],
    ['text', null, '', null],
  ] as const)('%s %j is shown and sent back as it was', (kind, stored, shown, sent) => {
    expect(toInput(field(kind), stored)).toEqual(shown)
    expect(fromInput(field(kind), shown as string)).toEqual(sent)
  })

  it('never holds a personal value', () => {
    expect(toInput(field('text', { personal: true }), '王*英')).toBe('')
    expect(toInput(field('many', { personal: true }), '已登记2项')).toEqual([])
  })

  it('sends what is no number as it is, for the server to say so', () => {
    expect(fromInput(field('int'), '六')).toBe('六')
  })
})
