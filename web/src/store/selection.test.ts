import { afterEach, beforeEach, expect, test } from 'vitest'
import { followAddress, moved, open, page, same, select, selected, target, view } from './selection'

let stop: () => void
const arrive = (url: string) => {
  history.replaceState(null, '', url)
  stop = followAddress()
}
beforeEach(() => {
  view.value = target.value = null
  selected.value = null
})
afterEach(() => stop())

test('a deep link says page, place and selection', () => {
  arrive('/desk?page=buildings#121.50000,31.20000,14.00/grid/4')
  expect(page.value).toBe('buildings')
  expect(view.value).toEqual({ lng: 121.5, lat: 31.2, zoom: 14 })
  expect(selected.value).toEqual({ noun: 'grid', id: 4 })
})

test('what is seen and selected goes into the address and keeps the rest of it', () => {
  arrive('/wall?screen=3')
  moved({ lng: 121.5, lat: 31.2, zoom: 14 })
  select({ noun: 'hub', id: 9 })
  expect(location.pathname + location.search + location.hash).toBe(
    '/wall?screen=3#121.50000,31.20000,14.00/hub/9',
  )
  select(null)
  expect(location.hash).toBe('#121.50000,31.20000,14.00')
})

test('the back button returns to the page before', () => {
  arrive('/desk')
  const length = history.length
  open('import')
  expect(location.search).toBe('?page=import')
  expect(history.length).toBe(length + 1)
  history.replaceState(null, '', '/desk') // what back does before it tells
  dispatchEvent(new PopStateEvent('popstate'))
  expect(page.value).toBe('')
})

test('going back asks a map that already stands somewhere to move', () => {
  arrive('/desk#121.50000,31.20000,14.00')
  history.replaceState(null, '', '/desk#121.60000,31.30000,16.00')
  dispatchEvent(new PopStateEvent('popstate'))
  expect(target.value).toEqual({ lng: 121.6, lat: 31.3, zoom: 16 })
})

test('the same thing may be named by text or number', () => {
  expect(same({ noun: 'grid', id: 4 }, { noun: 'grid', id: '4' })).toBe(true)
  expect(same({ noun: 'grid', id: 4 }, { noun: 'hub', id: 4 })).toBe(false)
  expect(same(null, { noun: 'hub', id: 4 })).toBe(false)
})
