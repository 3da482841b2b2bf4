import { describe, expect, test } from 'vitest'
import { formatPlace, parsePlace, type Place } from './address'

const view = { lng: 121.4737, lat: 31.2304, zoom: 15.2 }

describe('a place in the address', () => {
  test.each<[string, Place]>([
    ['', { view: null, selected: null }],
    ['#121.47370,31.23040,15.20', { view, selected: null }],
    ['#121.47370,31.23040,15.20/grid/45', { view, selected: { noun: 'grid', id: 45 } }],
    ['#/hub/7', { view: null, selected: { noun: 'hub', id: 7 } }],
    [
      '#/visit/019387b2-66d1-7cc0-b6d9-1c9d5a2f7e11',
      { view: null, selected: { noun: 'visit', id: '019387b2-66d1-7cc0-b6d9-1c9d5a2f7e11' } },
    ],
  ])('%s survives a reload', (hash, place) => {
    expect(parsePlace(hash)).toEqual(place)
    expect(formatPlace(place)).toBe(hash)
  })

  test.each([
    '#nonsense',
    '#1,2',
    '#200,31,15',
    '#121,31,99',
    '#,,',
    '#121,31,x',
    '#/person/3',
    '#/grid/',
    '#/grid/%E0%A4%A',
  ])('%s opens the map as if nothing was said', (hash) => {
    expect(parsePlace(hash)).toEqual({ view: null, selected: null })
  })
})
